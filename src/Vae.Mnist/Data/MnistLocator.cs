namespace Vae.Mnist;

/// <summary>
/// Finds MNIST. The request <c>auto</c> tries in this order: the folder that the environment variable <c>VAE_MNIST_DIR</c> names,
/// the cache folder, a download into the cache folder, drawn digits. It reports its choice, and why the places before it failed.
/// </summary>
public sealed class MnistLocator
{
    /// <summary>The environment variable that names a folder with MNIST's files.</summary>
    public const string FolderVariable = "VAE_MNIST_DIR";

    /// <summary>
    /// The environment variable that names the mirror to ask first: the http or https address of a folder with MNIST's gzipped
    /// files, such as a server in a network without access to the Internet.
    /// </summary>
    public const string MirrorVariable = "VAE_MNIST_MIRROR";

    private readonly string? cacheFolder;

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> ReadVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>
    /// The folder that keeps downloads: <c>vaecore/mnist</c> under <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>, on Windows under the
    /// local application data.
    /// </summary>
    public string CacheFolder
    {
        get => cacheFolder ?? DefaultCacheFolder();
        init => cacheFolder = value;
    }

    /// <summary>Whether <c>auto</c> and <c>mnist</c> may use the network.</summary>
    public bool AllowDownload { get; init; } = true;

    /// <summary>
    /// The folders on the web to download from, after the one that <c>VAE_MNIST_MIRROR</c> names, each ending in a slash.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">An address is not the http or https address of a folder.</exception>
    public IReadOnlyList<Uri> Mirrors
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.FirstOrDefault(mirror => !MnistMirrors.IsFolder(mirror)) is not { } wrong
                ? value
                : throw new ArgumentException(
                    $"Must be http or https addresses of folders, each ending in a slash, but one is '{wrong}'.",
                    nameof(Mirrors));
        }
    } = MnistMirrors.Public;

    /// <summary>Downloads the files, and knows their content.</summary>
    internal MnistDownloader Downloader { get; init; } = new();

    /// <summary>Finds images.</summary>
    /// <param name="data">
    /// <c>auto</c>; <c>mnist</c>, which is <c>auto</c> without drawn digits; <c>drawn</c>; or the path of a folder with IDX
    /// files.
    /// </param>
    /// <param name="drawnSeed">The seed of drawn digits.</param>
    /// <param name="progress">Receives each place tried, why it failed, and the progress of a download; may be null.</param>
    /// <param name="cancellationToken">Stops a download; files that are complete stay.</param>
    /// <returns>The images; <see cref="ImageData.Source"/> says where they came from.</returns>
    /// <exception cref="DownloadException">
    /// The request is <c>mnist</c>, MNIST is not on this machine, and it could not be downloaded.
    /// </exception>
    /// <exception cref="DataFileException">A file of the given folder is damaged.</exception>
    /// <exception cref="IOException">
    /// The given folder or the one that <c>VAE_MNIST_DIR</c> names cannot be used, or <c>VAE_MNIST_MIRROR</c> is needed and no
    /// address.
    /// </exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
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

    /// <summary>Describes what is in each place that <c>auto</c> tries; uses no network.</summary>
    /// <returns>Several lines for a person.</returns>
    public string Describe() => MnistInventory.Describe(this);

    /// <summary>All mirrors in the order in which they are asked.</summary>
    /// <exception cref="IOException"><c>VAE_MNIST_MIRROR</c> is set, but not to an address.</exception>
    internal IReadOnlyList<Uri> MirrorsInTurn()
        => MnistMirrors.Named(ReadVariable(MirrorVariable)) is { } named ? [named, .. Mirrors] : Mirrors;

    private async Task<ImageData> SearchAsync(
        bool mayDraw, ulong drawnSeed, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        if (ReadVariable(FolderVariable) is { Length: > 0 } named)
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
        Exception? failure = null;
        if (AllowDownload)
        {
            var mirrors = MirrorsInTurn();
            try
            {
                return await DownloadAsync(mirrors, progress, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
            {
                failure = wrong;
                Add($"download failed: {wrong.Message.TrimEnd('.')}");
            }
        }
        else
        {
            Add("download is not allowed");
        }

        return mayDraw
            ? ImageData.Drawn(drawnSeed)
            : throw new DownloadException(
                $"MNIST was not found: {string.Join("; ", reasons)}. Put its four files into a folder and set "
                + $"{FolderVariable} to it, or set {MirrorVariable} to a mirror that this machine can reach, "
                + "or use the data 'drawn'.",
                failure);

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

    private async Task<ImageData> DownloadAsync(
        IReadOnlyList<Uri> mirrors, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        progress?.Report(new DataProgress($"downloading MNIST into {CacheFolder}"));
        await Downloader.DownloadAsync(mirrors, CacheFolder, progress, cancellationToken).ConfigureAwait(false);
        return ImageData.FromFolder(CacheFolder, " (downloaded)");
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
