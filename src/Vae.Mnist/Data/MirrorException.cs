namespace Vae.Mnist;

/// <summary>What a mirror did wrong, in one line. Never for what went wrong on this machine: another mirror cannot help there.</summary>
/// <param name="message">What came instead of what was wanted; may quote the mirror.</param>
internal sealed class MirrorException(string message) : Exception(InOneLine(message))
{
    private const int MostCharacters = 300;

    /// <summary>A request that failed before there was an answer.</summary>
    public static MirrorException Of(HttpRequestException failure) => new(failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError => $"cannot be reached ({failure.Message})",
        HttpRequestError.SecureConnectionError => $"no secure connection ({failure.GetBaseException().Message})",
        HttpRequestError.ResponseEnded => "hung up without an answer",
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded
            => $"answered what is not HTTP ({failure.GetBaseException().Message})",
        _ => $"gave no answer ({failure.GetBaseException().Message})",
    });

    /// <summary>
    /// A mirror's words must not move a terminal's cursor, nor fill its screen. This is so for everything that a reply can bring in.
    /// </summary>
    public static string InOneLine(string message)
    {
        var line = string.Concat(message.ReplaceLineEndings(" ").Select(character => char.IsControl(character) ? '?' : character));
        return line.Length <= MostCharacters ? line : $"{line[..MostCharacters]}...";
    }
}
