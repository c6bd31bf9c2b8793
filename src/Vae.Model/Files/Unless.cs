using System.Runtime.CompilerServices;
using System.Text;

namespace Vae.Model;

/// <summary>An interpolated message that is only formatted where its condition fails: a header of a hundred thousand tensors
/// has a million conditions, nearly all of which hold.</summary>
[InterpolatedStringHandler]
internal readonly ref struct Unless
{
    private readonly StringBuilder? _text;

    public Unless(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        _text = isNeeded ? new StringBuilder(literalLength + (16 * formattedCount)) : null;
    }

    public void AppendLiteral(string text) => _text!.Append(text);

    public void AppendFormatted<T>(T value) => _text!.Append(value);

    public override string ToString() => _text?.ToString() ?? "";
}
