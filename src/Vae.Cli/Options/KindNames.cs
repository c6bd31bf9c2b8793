using Vae.Model;

namespace Vae.Cli;

/// <summary>The kinds of columns as they are typed and printed.</summary>
internal static class KindNames
{
    public static IReadOnlyDictionary<string, ColumnKind> All { get; } = new Dictionary<string, ColumnKind>
    {
        ["real"] = ColumnKind.Real,
        ["positive"] = ColumnKind.Positive,
        ["count"] = ColumnKind.Count,
        ["flag"] = ColumnKind.Flag,
        ["category"] = ColumnKind.Category,
        ["ordinal"] = ColumnKind.Ordinal,
        ["date"] = ColumnKind.Date,
        ["id"] = ColumnKind.Id,
        ["ignore"] = ColumnKind.Ignore,
    };
}

/// <summary>A column of the command line, with its kind.</summary>
internal readonly record struct ColumnAndKind(string Name, ColumnKind Kind);
