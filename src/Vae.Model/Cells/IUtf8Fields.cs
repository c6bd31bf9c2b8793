namespace Vae.Model;

/// <summary>A data reader whose fields are texts in UTF-8 that can be read where they stand, such as a CSV file's. A table is
/// coded from them without making strings.</summary>
internal interface IUtf8Fields
{
    /// <summary>A field of the current row, without quotes, spaces around it removed.</summary>
    ReadOnlySpan<byte> Utf8(int field);

    /// <summary>The line where the current row begins, from 1 on.</summary>
    long Line { get; }

    /// <summary>The character before decimals: '.' or ','.</summary>
    byte DecimalPoint { get; }

    /// <summary>The character between groups of three digits; 0 for none.</summary>
    byte ThousandsSeparator { get; }

    /// <summary>The share of the source that was read, 0 to 1; NaN where its length is unknown.</summary>
    double ShareRead { get; }
}
