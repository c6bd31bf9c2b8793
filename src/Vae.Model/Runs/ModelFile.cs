using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>A model's weights in a safetensors file, with the shapes and names of a PyTorch state dict.</summary>
public static class ModelFile
{
    /// <summary>Writes the weights and, in the header, the model's description
    /// for <see cref="VaeModel.Load(string)"/>, atomically.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="preparation">The preparation of the samples that it was trained on; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="IOException">It cannot be written; an older file is untouched.</exception>
    public static void Save<T>(this VariationalAutoencoder<T> model, string path, Preparation? preparation = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Save(path, parameter => model.Parameters[parameter].Value, (preparation, null), isOfRun: false);
    }

    /// <summary>Reads weights into the model.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="model">The model; its weights are overwritten, all or none.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="CheckpointException">The file is missing or damaged, or a tensor is missing, has another shape or
    /// contains a number that is not finite.</exception>
    public static void Load<T>(this VariationalAutoencoder<T> model, string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        using var file = SafeTensors.Read(path);
        model.Load(file);
    }

    /// <summary>Makes a model with the weights of a file; refuses a file that is too short
    /// before allocating the model.</summary>
    internal static VariationalAutoencoder<T> MakeModel<T>(
        this SafeTensorsFile file, VaeOptions options, IMatrixProduct<T>? product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        file.RequireRoomFor(options.Validated(), copies: 1);
        var model = new VariationalAutoencoder<T>(options, product);
        model.Load(file);
        return model;
    }

    // What a schema says is not written twice.
    private static ModelDescription Description(VaeOptions options, Preparation? preparation, TableSchema? schema)
        => new(options, schema is null ? preparation : null, schema);

    private static void Load<T>(this VariationalAutoencoder<T> model, SafeTensorsFile file)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => file.ReadAll<T>([.. model.Parameters.Select(parameter => (parameter.Name, parameter.Value))]);

    internal static void Save<T>(
        this VariationalAutoencoder<T> model,
        string path,
        Func<int, Matrix<T>> values,
        (Preparation? Preparation, TableSchema? Schema) rows,
        bool isOfRun)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => SafeTensors.Write(
            path,
            [.. model.Parameters.Select((parameter, i) => (parameter.Name, values(i)))],
            new Dictionary<string, string>
            {
                ["format"] = "pt",
                ["architecture"] = model.Options.Architecture,
                [ModelDescription.Key] = Description(model.Options, rows.Preparation, rows.Schema).ToJson(),
            },
            isOfRun);
}
