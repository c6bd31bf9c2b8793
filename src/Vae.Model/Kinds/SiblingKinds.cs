namespace Vae.Model;

/// <summary>Gives columns that are numbered alike, such as x1 to x32 or q1 to q10, one kind where their small whole numbers leave
/// open whether they are counts or steps: that of most of them.</summary>
internal static class SiblingKinds
{
    private const int Fewest = 4;
    private const double Largest = 40;

    /// <summary>The decisions with those of siblings made alike.</summary>
    /// <param name="columns">The columns' profiles.</param>
    /// <param name="decisions">Their kinds, in the same order.</param>
    public static KindDecision[] Alike(IReadOnlyList<ColumnProfile> columns, IReadOnlyList<KindDecision> decisions)
    {
        KindDecision[] alike = [.. decisions];
        var families = Enumerable.Range(0, columns.Count).Where(place => IsOpen(columns[place], decisions[place]))
            .GroupBy(place => columns[place].Name.TrimEnd("0123456789".ToCharArray()))
            .Where(family => family.Count() >= Fewest && family.All(place => columns[place].Name != family.Key));
        foreach (var family in families)
        {
            var (kind, count) = family.CountBy(place => decisions[place].Kind).MaxBy(pair => pair.Value);
            foreach (var place in family.Where(place => 2 * count > family.Count() && decisions[place].Kind != kind))
            {
                alike[place]
                    = new KindDecision(kind, $"whole numbers, as most columns called {Printable.Cut(family.Key)} with a number");
            }
        }

        return alike;
    }

    private static bool IsOpen(ColumnProfile column, KindDecision decision)
        => decision.Kind is ColumnKind.Count or ColumnKind.Ordinal or ColumnKind.Real
            && column.Texts.Count == 0
            && !column.HasDates
            && column.Numbers is { AllWhole: true, Least: >= 0, Largest: <= Largest, Different.Count: > 2 };
}
