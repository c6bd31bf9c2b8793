using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>What a safetensors file holds; its numbers are read tensor by tensor.</summary>
public sealed class SafeTensorsFile
{
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly string _path;
    private readonly long _dataStart;

    private SafeTensorsFile(string path, long dataStart)
    {
        _path = path;
        _dataStart = dataStart;
    }

    /// <summary>The names of the tensors.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>The texts kept beside them.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private set; } = new Dictionary<string, string>();

    /// <summary>Reads one tensor into a matrix of its shape; F32 and F64 are converted as need be.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="values">Overwritten.</param>
    /// <exception cref="CheckpointException">There is no such tensor, or it has another shape.</exception>
    public void Read<T>(string name, Matrix<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(values);
        var entry = Find(name, values);
        using var stream = File.OpenRead(_path);
        stream.Position = _dataStart + entry.Start;
        if (entry.Type == "F32")
        {
            ReadRowMajor<float, T>(stream, values);
        }
        else
        {
            ReadRowMajor<double, T>(stream, values);
        }
    }

    /// <summary>Reads all of these, or throws before the first is overwritten.</summary>
    internal void ReadAll<T>(IReadOnlyList<(string Name, Matrix<T> Values)> tensors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var (name, values) in tensors)
        {
            Find(name, values);
        }

        foreach (var (name, values) in tensors)
        {
            Read(name, values);
        }
    }

    internal static SafeTensorsFile Parse(string path, byte[] header, long dataStart, long fileLength)
    {
        var file = new SafeTensorsFile(path, dataStart);
        using var document = JsonDocument.Parse(header);
        file.Require(document.RootElement.ValueKind == JsonValueKind.Object, "the header must be a JSON object");
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                file.Metadata = ReadMetadata(property.Value);
                continue;
            }

            var entry = file.ReadEntry(property.Name, property.Value, fileLength - dataStart);
            file.Require(file._entries.TryAdd(property.Name, entry), $"'{property.Name}' is there twice");
        }

        file.RequireNoGaps(fileLength - dataStart);
        return file;
    }

    private static Dictionary<string, string> ReadMetadata(JsonElement value)
        => value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Where(text => text.Value.ValueKind == JsonValueKind.String)
                .DistinctBy(text => text.Name).ToDictionary(text => text.Name, text => text.Value.GetString()!)
            : [];

    private static void ReadRowMajor<TFile, T>(FileStream stream, Matrix<T> values)
        where TFile : unmanaged, IBinaryFloatingPointIeee754<TFile>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var columnMajor = values.AsSpan();
        var row = new TFile[values.ColumnCount];
        for (var i = 0; i < values.RowCount; i++)
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(row.AsSpan()));
            for (var j = 0; j < row.Length; j++)
            {
                columnMajor[(j * values.RowCount) + i] = T.CreateTruncating(row[j]);
            }
        }
    }

    private Entry Find<T>(string name, Matrix<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!_entries.TryGetValue(name, out var entry))
        {
            throw new CheckpointException($"{_path}: wanted a tensor '{name}', but there is none.");
        }

        return entry.Rows == values.RowCount && entry.Columns == values.ColumnCount
            ? entry
            : throw new CheckpointException(
                $"{_path}: '{name}' must be {values.RowCount} x {values.ColumnCount}, but is {entry.Rows} x {entry.Columns}.");
    }

    // The format wants every byte to belong to exactly one tensor.
    private void RequireNoGaps(long dataLength)
    {
        var end = 0L;
        foreach (var (name, entry) in _entries.OrderBy(pair => pair.Value.Start))
        {
            Require(entry.Start == end, $"'{name}' must begin at {end}, where the tensor before it ends, but begins at {entry.Start}");
            end = entry.End;
        }

        Require(end == dataLength, $"the tensors end at {end}, but the file goes on to {dataLength}");
    }

    private Entry ReadEntry(string name, JsonElement value, long dataLength)
    {
        Require(value.ValueKind == JsonValueKind.Object, $"'{name}' must be a JSON object");
        var type = value.TryGetProperty("dtype", out var dtype) && dtype.ValueKind == JsonValueKind.String ? dtype.GetString() : null;
        Require(type is "F32" or "F64", $"'{name}' must have dtype F32 or F64, but has {type ?? "none"}");
        var shape = Numbers(name, value, "shape");
        var offsets = Numbers(name, value, "data_offsets");
        Require(shape.Length is 1 or 2 && shape.All(length => length is >= 1 and <= int.MaxValue), $"'{name}' must be a vector or a matrix");
        Require(offsets.Length == 2, $"'{name}' must have two data_offsets");

        var (start, end) = (offsets[0], offsets[1]);
        var size = (Int128)shape[0] * (shape.Length == 2 ? shape[1] : 1) * (type == "F32" ? sizeof(float) : sizeof(double));
        Require(
            start >= 0 && start <= end && end <= dataLength && end - start == size,
            $"'{name}' must take {size} bytes within the {dataLength} of the file, but claims those from {start} to {end}");
        return new Entry(type!, (int)shape[0], shape.Length == 2 ? (int)shape[1] : 1, start, end);
    }

    private long[] Numbers(string name, JsonElement value, string property)
    {
        Require(
            value.TryGetProperty(property, out var array) && array.ValueKind == JsonValueKind.Array,
            $"'{name}' must have a list '{property}'");
        return [.. array.EnumerateArray().Select(item =>
        {
            Require(item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out _), $"'{property}' of '{name}' must be whole numbers");
            return item.GetInt64();
        })];
    }

    private void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new CheckpointException($"{_path}: {what}. The file is damaged, or not a safetensors file.");
        }
    }

    private sealed record Entry(string Type, int Rows, int Columns, long Start, long End);
}
