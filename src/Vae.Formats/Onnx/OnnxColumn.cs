using Vae.Math;
using Vae.Model;

namespace Vae.Formats;

/// <summary>A column of a table in the decoder's graph.</summary>
/// <param name="Schema">The column's schema.</param>
/// <param name="Likelihood">The column's likelihood.</param>
/// <param name="Offset">The offset of the column's number, or of its logarithm.</param>
/// <param name="Scale">The scale of the column's number, or of its logarithm.</param>
/// <param name="Parameters">The outputs that describe the column's distribution, in the order in which
/// <see cref="OnnxDistributions"/> gives their values.</param>
internal sealed record OnnxColumn(
    ColumnSchema Schema,
    ColumnLikelihood Likelihood,
    double Offset,
    double Scale,
    IReadOnlyList<OnnxParameter> Parameters)
{
    /// <summary>The columns of a model, each with outputs whose names differ.</summary>
    /// <exception cref="NotSupportedException">A column has a likelihood that its kind never gets.</exception>
    public static OnnxColumn[] Of(VaeOptions options, TableSchema schema)
    {
        var (modelled, preparation) = (schema.Modelled, schema.ToPreparation());
        var taken = new HashSet<string>(StringComparer.Ordinal) { "x", "z", "label" };
        return
        [
            .. modelled.Select((column, i) =>
            {
                var likelihood = options.Columns[i].Likelihood;
                RequireUsual(column, likelihood);
                return new OnnxColumn(
                    column, likelihood, preparation.Offset[i], preparation.Scale[i],
                    Named(OnnxParameter.Of(likelihood), IdentifierOf(column.Name, i), taken));
            }),
        ];
    }

    /// <summary>The atoms in the column's own units, zero first where it has a probability of its own.</summary>
    public double[] Atoms
        => [.. Likelihood.HasZeros ? (ReadOnlySpan<double>)[0] : [], .. Likelihood.Atoms.Select(ToOwnUnits)];

    // x as it is kept is a float, as the likelihood compares it.
    private double ToOwnUnits(double atom)
    {
        var number = ((float)atom * Scale) + Offset;
        return Likelihood.IsLogarithm ? double.Exp(number) : number;
    }

    // Only a file that was changed by hand has such a column.
    private static void RequireUsual(ColumnSchema column, ColumnLikelihood likelihood)
    {
        var hasAtoms = likelihood.HasZeros || likelihood.Atoms.Count > 0;
        var isLogarithm = column.LikelihoodKind == ColumnKind.Positive;
        if (likelihood.IsLogarithm != isLogarithm || (likelihood.HasZeros && !isLogarithm)
            || (likelihood.Family == ColumnFamily.StudentT && isLogarithm && hasAtoms))
        {
            throw new NotSupportedException(
                $"column '{Printable.Cut(column.Name)}' of kind {column.Kind} has a likelihood that cannot be exported to ONNX: "
                + $"{likelihood.Family}{(likelihood.IsLogarithm ? " of logarithms" : "")}{(hasAtoms ? " with atoms" : "")}. "
                + "Train the model anew: a kind's usual likelihood can be exported.");
        }
    }

    // ONNX wants the identifiers of C: letters, digits and underscores, not a digit first.
    private static string IdentifierOf(string name, int feature)
    {
        if (!name.Any(char.IsAsciiLetterOrDigit))
        {
            return $"column_{feature + 1}";
        }

        var text = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        return char.IsAsciiDigit(text[0]) ? $"column_{text}" : text;
    }

    private static OnnxParameter[] Named(OnnxParameter[] parameters, string identifier, HashSet<string> taken)
    {
        for (var number = 1; ; number++)
        {
            var prefix = number == 1 ? identifier : $"{identifier}_{number}";
            OnnxParameter[] named = [.. parameters.Select(one => one with { Name = $"{prefix}_{one.Name}" })];
            if (!named.Any(one => taken.Contains(one.Name)))
            {
                taken.UnionWith(named.Select(one => one.Name));
                return named;
            }
        }
    }
}
