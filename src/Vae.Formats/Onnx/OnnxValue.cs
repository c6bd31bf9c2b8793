namespace Vae.Formats;

/// <summary>An input or an output of a graph: any number of rows of numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of the numbers.</param>
/// <param name="Columns">Numbers in a row; null for a list with one number of each row.</param>
internal sealed record OnnxValue(string Name, OnnxType Type, int? Columns)
{
    /// <summary>The name of the number of rows, which a graph leaves open.</summary>
    public const string Rows = "batch";

    /// <summary>The name and the shape, such as <c>x [batch, 784]</c>.</summary>
    public override string ToString()
        => $"{Name} [{Rows}{(Columns is { } columns ? $", {columns}" : "")}]{TypeText}";

    private string TypeText => Type switch
    {
        OnnxType.Int64 => " int64",
        OnnxType.Double => " float64",
        _ => "",
    };
}
