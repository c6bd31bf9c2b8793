using System.Net;
using System.Net.Http.Headers;

namespace Vae.Mnist;

/// <summary>Asks a mirror for a file, follows its redirects and looks at the head of the answer.</summary>
/// <param name="client">Speaks HTTP; leaves redirects to this class.</param>
/// <param name="mirror">The folder to fetch from.</param>
/// <param name="name">The file.</param>
internal sealed class MirrorRequest(HttpClient client, Uri mirror, string name)
{
    private const int MostRedirects = 5;

    private Uri place = new(mirror, name);

    /// <summary>Asks for the file from an offset on.</summary>
    /// <returns>
    /// 200, all of the file, or 206, the bytes from that offset; the caller disposes it. Null where the mirror cannot continue there.
    /// </returns>
    /// <exception cref="MirrorException">No such answer came.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<HttpResponseMessage?> SendAsync(long from, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            var response = await GetAsync(from, cancellationToken).ConfigureAwait(false);
            try
            {
                if (IsRedirect(response.StatusCode))
                {
                    place = redirects < MostRedirects
                        ? Follow(response)
                        : throw new MirrorException($"redirects {name} more than {MostRedirects} times, at last to {place}");
                    response.Dispose();
                    continue;
                }

                if (Continues(response, from))
                {
                    return response;
                }

                response.Dispose();
                return null;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }

    private async Task<HttpResponseMessage> GetAsync(long from, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, place);
        request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException failure)
        {
            throw Wrong(MirrorException.Of(failure).Message);
        }
        catch (OperationCanceledException late) when (late.InnerException is TimeoutException timeout && !cancellationToken.IsCancellationRequested)
        {
            throw Wrong($"cannot be reached ({timeout.Message})");
        }
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>Where a redirect leads: to the web and, what began encrypted, to an encrypted place. Only the place changes, never a name.</summary>
    private Uri Follow(HttpResponseMessage response)
    {
        if (response.Headers.Location is not { } location || !Uri.TryCreate(place, location, out var next))
        {
            throw Wrong($"answered {(int)response.StatusCode}, a redirect of {name} to nowhere");
        }

        return next.Scheme != Uri.UriSchemeHttp && next.Scheme != Uri.UriSchemeHttps
            ? throw Wrong($"redirects {name} to {next.AbsoluteUri}, which is neither http nor https: refused")
            : place.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp
            ? throw Wrong($"redirects {name} from https to {next.AbsoluteUri}, which is not encrypted: refused")
            : next;
    }

    /// <returns>Whether the answer is what was asked for; false where only its beginning is not.</returns>
    private bool Continues(HttpResponseMessage response, long from)
    {
        if (from > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return false;
        }

        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            throw Wrong($"answered {$"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd()} instead of {name}");
        }

        var content = response.Content.Headers;
        if (content.ContentType?.MediaType is "text/html" or "application/xhtml+xml")   // a login page, say: keeps what has come so far
        {
            throw Wrong($"sent a web page ({content.ContentType.MediaType}) instead of {name}");
        }

        if (response.StatusCode == HttpStatusCode.OK || (content.ContentRange is { Unit: "bytes" } range && range.From == from))
        {
            return true;
        }

        return from > 0
            ? false
            : throw Wrong($"sent a part of {name} ({content.ContentRange?.ToString() ?? "without saying which"}) instead of all of it");
    }

    private MirrorException Wrong(string what) => new(place.Authority == mirror.Authority ? what : $"redirected to {place.Authority}, which {what}");
}
