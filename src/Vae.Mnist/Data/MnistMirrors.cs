using Vae.Model;

namespace Vae.Mnist;

/// <summary>The mirrors of MNIST: public ones, and the one that the environment variable <c>VAE_MNIST_MIRROR</c> names.</summary>
internal static class MnistMirrors
{
    /// <summary>Public folders with the official files.</summary>
    public static IReadOnlyList<Uri> Public { get; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        new("https://raw.githubusercontent.com/fgnt/mnist/master/"),
    ];

    /// <summary>Reads the value of the environment variable.</summary>
    /// <param name="value">The value; null or empty if the variable is not set.</param>
    /// <returns>The address of a folder, ending in a slash; null if none is named.</returns>
    /// <exception cref="IOException">
    /// The value is not the address of a folder on the web; the message says what to do.
    /// </exception>
    public static Uri? Named(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        if (Uri.TryCreate(value.EndsWith('/') ? value : $"{value}/", UriKind.Absolute, out var address) && IsFolder(address))
        {
            return address;
        }

        var shown = value.Contains('@', StringComparison.Ordinal)
            ? "an address with a user name or password"
            : $"'{Printable.Cut(value)}'";
        throw new IOException(
            $"{MnistLocator.MirrorVariable} is set to {shown}, but must be the http or https address of a folder, "
            + "without a password or a question mark. Correct it, or unset it.");
    }

    /// <summary>Whether an address is that of a folder on the web, without a password.</summary>
    public static bool IsFolder(Uri address) => address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.AbsolutePath.EndsWith('/')
        && address.Query.Length == 0 && address.Fragment.Length == 0 && address.UserInfo.Length == 0;
}
