using Parquet.Schema;

namespace Vae.Parquet;

/// <summary>A column of a file that is read.</summary>
/// <param name="place">Its place in the file.</param>
/// <param name="values">Its values in a group of rows.</param>
internal sealed class Column(DataField place, ColumnValues values)
{
    /// <summary>Its place in the file.</summary>
    public DataField Field => place;

    /// <summary>Its values in a group of rows.</summary>
    public ColumnValues Values => values;

    /// <summary>The group whose values these are; -1 for none.</summary>
    public int Group { get; set; } = -1;
}
