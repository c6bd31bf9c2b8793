using System.Text;

namespace Vae.Mnist;

/// <summary>
/// Finds images for <c>--data</c>. <c>auto</c> takes the first of: the folder named by the environment variable
/// <c>VAE_MNIST_DIR</c>, the cache folder, a download into the cache folder, drawn digits; and says which, and why not
/// those before it.
/// </summary>
public sealed class MnistLocator
{
    /// <summary>The environment variable that names a folder with MNIST's files.</summary>
    public const string FolderVariable = "VAE_MNIST_DIR";

    /// <summary>
    /// The environment variable that names a mirror to download from before all others: the http or https address of a folder with
    /// MNIST's gzipped files, such as a server of one's own in a network without a way out.
    /// </summary>
    public const string MirrorVariable = "VAE_MNIST_MIRROR";

    private readonly string? cacheFolder;

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> ReadVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>
    /// Where downloads are kept: <c>vaecore/mnist</c> under <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>, on Windows under the
    /// local application data.
    /// </summary>
    public string CacheFolder
    {
        get => cacheFolder ?? DefaultCacheFolder();
        init => cacheFolder = value;
    }

    /// <summary>Fetches the files and knows what they must hold. A mirror named by <c>VAE_MNIST_MIRROR</c> is asked before its own.</summary>
    public MnistDownloader Downloader { get; init; } = new();

    /// <summary>Whether <c>auto</c> and <c>mnist</c> may use the network.</summary>
    public bool AllowDownload { get; init; } = true;

    /// <summary>Finds the images.</summary>
    /// <param name="data">
    /// <c>auto</c>; <c>mnist</c>, which is <c>auto</c> but never drawn; <c>drawn</c>; or a folder of IDX files.
    /// </param>
    /// <param name="drawnSeed">The seed of drawn digits.</param>
    /// <param name="progress">Is told what is tried, what failed and why; may be null.</param>
    /// <param name="cancellationToken">Stops a download; what has come is kept.</param>
    /// <returns>The images; <see cref="ImageData.Source"/> says where they came from.</returns>
    /// <exception cref="DataFileException">A file of a folder that was asked for is damaged.</exception>
    /// <exception cref="IOException">
    /// A folder that was asked for cannot be used, or MNIST is nowhere to be had, or it must be downloaded and <c>VAE_MNIST_MIRROR</c> is no
    /// address.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<ImageData> FindAsync(
        string data = "auto",
        ulong drawnSeed = 1,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(data);
        var found = data switch
        {
            "auto" or "mnist" => await SearchAsync(data == "auto", drawnSeed, progress, cancellationToken).ConfigureAwait(false),
            "drawn" => ImageData.Drawn(drawnSeed),
            _ => ImageData.FromFolder(data),
        };
        progress?.Report(new DataProgress($"data: {found.Source}"));
        return found;
    }

    /// <summary>Says what there is in each place that <c>auto</c> looks at; uses no network.</summary>
    /// <returns>Several lines for a person.</returns>
    public string Describe()
    {
        var text = new StringBuilder();
        var named = ReadVariable(FolderVariable);
        if (string.IsNullOrEmpty(named))
        {
            text.AppendLine($"{FolderVariable}: not set");
        }
        else
        {
            Describe(text, FolderVariable, named);
        }

        Describe(text, "cache", CacheFolder);
        DescribeDownload(text);
        return text.Append("otherwise: drawn digits (not MNIST)").ToString();
    }

    private void DescribeDownload(StringBuilder text)
    {
        if (!AllowDownload)
        {
            text.AppendLine("download: not allowed");
            return;
        }

        var named = NamedMirror(out var wrong);
        text.AppendLine(wrong is null ? $"{MirrorVariable}: {named?.AbsoluteUri ?? "not set"}" : $"download: not possible, {wrong}");
        if (wrong is null)
        {
            text.AppendLine("download, in this order:");
            foreach (var mirror in MirrorsAfter(named))
            {
                text.AppendLine($"  {mirror}");
            }
        }
    }

    private Uri? NamedMirror(out string? wrong)
    {
        wrong = null;
        var name = ReadVariable(MirrorVariable);
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        if (Uri.TryCreate(name.EndsWith('/') ? name : $"{name}/", UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.Query.Length == 0 && address.Fragment.Length == 0 && address.UserInfo.Length == 0)
        {
            return address;
        }

        var shown = name.Contains('@', StringComparison.Ordinal) ? "what has a user name or password" : $"'{MirrorException.InOneLine(name)}'";
        wrong = $"{MirrorVariable} is set to {shown}, where the http or https address of a folder is wanted, "
            + "without a password or a question mark. Correct it, or unset it.";
        return null;
    }

    private IReadOnlyList<Uri> MirrorsAfter(Uri? named) => named is null ? Downloader.Mirrors : [named, .. Downloader.Mirrors];

    private async Task<ImageData> SearchAsync(
        bool mayDraw, ulong drawnSeed, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        var named = ReadVariable(FolderVariable);
        if (!string.IsNullOrEmpty(named))
        {
            return FromNamedFolder(named);
        }

        List<string> reasons = [];
        Add($"{FolderVariable} is not set");
        var cached = FromCache(out var reason);
        if (cached is not null)
        {
            return cached;
        }

        Add(reason);
        var downloaded = await DownloadAsync(progress, Add, cancellationToken).ConfigureAwait(false);
        if (downloaded is not null)
        {
            return downloaded;
        }

        var why = string.Join("; ", reasons);
        return mayDraw
            ? ImageData.Drawn(drawnSeed)
            : throw new IOException(
                $"MNIST was not found: {why}. Put the four files into a folder and set {FolderVariable} to it, "
                + "or take --data drawn.");

        void Add(string text)
        {
            reasons.Add(text);
            progress?.Report(new DataProgress(text));
        }
    }

    private static ImageData FromNamedFolder(string folder)
    {
        try
        {
            return ImageData.FromFolder(folder, $" ({FolderVariable})");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{FolderVariable} is set to '{folder}', which cannot be used: {wrong.Message} Correct it, or unset it.",
                wrong);
        }
    }

    private ImageData? FromCache(out string reason)
    {
        reason = "";
        var folder = CacheFolder;
        if (new ImageFolder(folder).TrainImages is null)
        {
            reason = $"cache {folder} has no MNIST";
            return null;
        }

        try
        {
            var cached = ImageData.FromFolder(folder, " (cache)");
            if (MnistFile.AreContentOf(Downloader.Files, cached.Train, cached.Test))
            {
                return cached;
            }

            reason = $"cache {folder} has files that are not MNIST's, or not all four";
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            reason = $"cache not usable: {wrong.Message.TrimEnd('.')}";
        }

        return null;
    }

    private async Task<ImageData?> DownloadAsync(
        IProgress<DataProgress>? progress, Action<string> fail, CancellationToken cancellationToken)
    {
        if (!AllowDownload)
        {
            fail("download is not allowed");
            return null;
        }

        var named = NamedMirror(out var malformed);
        if (malformed is not null)
        {
            throw new IOException(malformed);                         // as of a folder that was asked for: not passed over
        }

        try
        {
            progress?.Report(new DataProgress($"downloading MNIST into {CacheFolder}"));
            await Downloader.DownloadAsync(MirrorsAfter(named), CacheFolder, progress, cancellationToken).ConfigureAwait(false);
            return ImageData.FromFolder(CacheFolder, " (downloaded)");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            fail($"download failed: {wrong.Message.TrimEnd('.')}");
            return null;
        }
    }

    private void Describe(StringBuilder text, string name, string path)
    {
        text.AppendLine($"{name}: {path}{(File.Exists(path) ? " (a file, where a folder is wanted)" : "")}");
        var folder = new ImageFolder(path);
        string?[] paths = [folder.TrainImages, folder.TrainLabels, folder.TestImages, folder.TestLabels];
        foreach (var (file, found) in Downloader.Files.Zip(paths))
        {
            text.AppendLine(found is null ? $"  {file.Name}: missing" : $"  {Path.GetFileName(found)}: {Content(file, found)}");
        }
    }

    private static string Content(MnistFile file, string path)
    {
        try
        {
            using var open = File.OpenRead(path);                     // its own length, not a link's
            var stays = IdxFile.StaysOnDisk(path) ? ", stays on disk while it is used" : "";
            return $"{open.Length} bytes, {(file.FindProblem(path) is { } problem ? $"not MNIST's: {problem}{stays}" : "content checked")}";
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {wrong.Message}";
        }
    }

    private string DefaultCacheFolder()
    {
        var root = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : ReadVariable("XDG_CACHE_HOME") is { } cache && Path.IsPathRooted(cache)
                ? cache
                : Path.Combine(ReadVariable("HOME") is { Length: > 0 } home ? home : Path.GetTempPath(), ".cache");
        return Path.Combine(root, "vaecore", "mnist");
    }
}
