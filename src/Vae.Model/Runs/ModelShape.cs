namespace Vae.Model;

/// <summary>The options of a model whose file has tensors but no description, as a state dict of PyTorch.</summary>
internal static class ModelShape
{
    /// <summary>Infers the sizes from the tensors' shapes. All other options are the defaults of <see cref="VaeOptions"/>:
    /// ReLU and Bernoulli.</summary>
    /// <param name="file">The file, open.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <exception cref="CheckpointException">The tensors are not those of a model.</exception>
    public static VaeOptions Infer(SafeTensorsFile file, string path)
    {
        var hidden = new List<int>();
        while (file.ShapeOf($"encoder.hidden.{hidden.Count}.weight") is { } layer)
        {
            hidden.Add(layer.Rows);
        }

        if (hidden.Count == 0
            || file.ShapeOf("encoder.mean.weight") is not { } mean
            || file.ShapeOf("decoder.output.weight") is not { } output
            || file.ShapeOf("encoder.hidden.0.weight") is not { } first
            || file.ShapeOf("decoder.hidden.0.weight") is not { } latent)
        {
            throw new CheckpointException(
                $"{path}: wanted the tensors of a model (encoder.hidden.0.weight, encoder.mean.weight, "
                + "decoder.hidden.0.weight, decoder.output.weight ...), "
                + $"but found {Printable.Cut(string.Join(", ", file.Names.Take(6)))}. "
                + "Rename them; docs/interoperability.md has the list.");
        }

        var classes = latent.Columns - mean.Rows;
        var features = first.Columns - classes;
        try
        {
            return new VaeOptions
            {
                Features = features,
                Hidden = hidden,
                Latent = mean.Rows,
                Classes = classes,
                Likelihood = output.Rows == 2L * features ? Likelihood.GaussianPixelVariance
                    : file.ShapeOf("likelihood.log_variance") is not null ? Likelihood.GaussianWithVariance
                    : Likelihood.Bernoulli,
            }.Validated();
        }
        catch (ArgumentException failure)
        {
            throw new CheckpointException(
                $"{path}: the shapes of its tensors make no model: {Printable.Message(failure)}", failure);
        }
    }
}
