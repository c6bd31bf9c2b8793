namespace Vae.Model;

/// <summary>The cells of a table as they were read, before kinds are known: in memory or in a file, row after row.</summary>
/// <remarks>Any number of threads may read at once.</remarks>
internal interface ICells
{
    /// <summary>The number of rows.</summary>
    int Rows { get; }

    /// <summary>The names of the columns that were read.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>How the numbers of a column were written.</summary>
    CellNotation NotationOf(int column);

    /// <summary>Reads consecutive rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="cells">The cells of the first row, then those of the second, and so on; overwritten.</param>
    void Read(int first, Span<Cell> cells);

    /// <summary>The number of texts in a column's list.</summary>
    int TextsIn(int column);

    /// <summary>A text of a column's list.</summary>
    string TextAt(int column, int code);

    /// <summary>The text of a cell that is a text of either kind.</summary>
    string TextOf(int column, Cell cell);

    /// <summary>The line of the file, or the number of the row from 1 on, where a row begins.</summary>
    long LineOf(int row);
}

/// <summary>How the numbers of a column were written.</summary>
/// <param name="Decimals">The most digits after the decimal point, at most 15.</param>
/// <param name="Width">The digits of whole numbers that all have as many and some of which begin with 0; else 0.</param>
/// <param name="DateFormat">The pattern of dates, where the column's numbers are days since 1970-01-01; else null.</param>
internal readonly record struct CellNotation(int Decimals, int Width, string? DateFormat);
