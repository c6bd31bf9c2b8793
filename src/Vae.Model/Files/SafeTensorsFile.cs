using System.Numerics;
using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>An open safetensors file; its numbers are read tensor by tensor.</summary>
/// <remarks>The file stays open until this is disposed of, so all reads see one file, even if a save replaces the file of
/// that name meanwhile. One thread at a time.</remarks>
internal sealed class SafeTensorsFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly Dictionary<string, SafeTensor> _tensors;
    private readonly string _path;
    private readonly long _dataStart;

    internal SafeTensorsFile(string path, FileStream stream, ReadOnlySpan<byte> header, long headerStart)
    {
        _path = path;
        _stream = stream;
        _dataStart = headerStart + header.Length;
        (_tensors, var metadata) = SafeTensorsHeader.Parse(path, header, headerStart, stream.Length - _dataStart);
        Metadata = metadata;
    }

    /// <summary>The names of the tensors.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>The texts in the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads one tensor into a matrix of its shape, converting between F32 and F64 where necessary.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="name">The tensor's name.</param>
    /// <param name="values">Overwritten with the file's numbers, NaN and infinities included.</param>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    /// <exception cref="CheckpointException">There is no such tensor, or it has another shape.</exception>
    public void Read<T>(string name, Matrix<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(values);
        Find(name, values);
        ForEachRow(name, new Copy<T>(values));
    }

    /// <summary>Reads all of these tensors, or throws before the first matrix is overwritten.</summary>
    /// <param name="tensors">Names, and matrices of the required shapes.</param>
    /// <param name="isMeanSquare">Whether the tensor of a name is a running mean of squares, which must be 0 or above and
    /// may have overflowed to infinity. All other tensors must be finite.</param>
    internal void ReadAll<T>(IReadOnlyList<(string Name, Matrix<T> Values)> tensors, Predicate<string>? isMeanSquare = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var (name, values) in tensors)
        {
            Find(name, values);
        }

        foreach (var (name, _) in tensors)
        {
            ForEachRow(name, new Check<T>(this, name, isMeanSquare?.Invoke(name) ?? false));
        }

        foreach (var (name, values) in tensors)
        {
            ForEachRow(name, new Copy<T>(values));
        }
    }

    /// <summary>Refuses a file that is too short for a model, before memory for the model is allocated.</summary>
    /// <param name="options">The model's shape.</param>
    /// <param name="copies">The numbers in the file for each weight.</param>
    internal void RequireRoomFor(VaeOptions options, int copies)
    {
        var (wanted, found) = (options.WeightCount * copies, _tensors.Values.Sum(tensor => tensor.Count));
        if (wanted > found)
        {
            throw new CheckpointException(
                $"{_path}: wanted the {wanted} numbers of a model of {Printable.Cut(options.Architecture)}, "
                + $"but the file holds {found}. It is another model's, or damaged.");
        }
    }

    /// <summary>The shape of a tensor, with one column for a vector; null where there is no tensor of that name.</summary>
    internal (int Rows, int Columns)? ShapeOf(string name)
        => _tensors.TryGetValue(name, out var tensor) ? (tensor.Rows, tensor.Columns) : null;

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private SafeTensor Find<T>(string name, Matrix<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!_tensors.TryGetValue(name, out var tensor))
        {
            throw new CheckpointException($"{_path}: wanted a tensor '{Printable.Cut(name)}', but there is none.");
        }

        return tensor.Rows == values.RowCount && tensor.Columns == values.ColumnCount
            ? tensor
            : throw new CheckpointException(
                $"{_path}: '{Printable.Cut(name)}' must be {values.RowCount} x {values.ColumnCount}, "
                + $"but is {tensor.Rows} x {tensor.Columns}.");
    }

    private void ForEachRow<TWork>(string name, TWork work)
        where TWork : IRowWork
    {
        var tensor = _tensors[name];
        _stream.Position = _dataStart + tensor.Start;
        try
        {
            if (tensor.IsFloat)
            {
                ForEachRow<TWork, float>(tensor, work);
            }
            else
            {
                ForEachRow<TWork, double>(tensor, work);
            }
        }
        catch (EndOfStreamException failure)                          // cut since the header was read
        {
            throw new CheckpointException(
                $"{_path}: the file ends within '{Printable.Cut(name)}', but did not when it was opened.", failure);
        }
    }

    private void ForEachRow<TWork, TFile>(SafeTensor tensor, TWork work)
        where TWork : IRowWork
        where TFile : unmanaged, IBinaryFloatingPointIeee754<TFile>
    {
        var row = new TFile[tensor.Columns];
        for (var i = 0; i < tensor.Rows; i++)
        {
            _stream.ReadExactly(MemoryMarshal.AsBytes(row.AsSpan()));
            work.Do<TFile>(i, row);
        }
    }

    private interface IRowWork
    {
        void Do<TFile>(int row, ReadOnlySpan<TFile> values)
            where TFile : unmanaged, IBinaryFloatingPointIeee754<TFile>;
    }

    private readonly struct Copy<T>(Matrix<T> target) : IRowWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Do<TFile>(int row, ReadOnlySpan<TFile> values)
            where TFile : unmanaged, IBinaryFloatingPointIeee754<TFile>
        {
            var columnMajor = target.AsSpan();
            for (var j = 0; j < values.Length; j++)
            {
                columnMajor[(j * target.RowCount) + row] = T.CreateTruncating(values[j]);
            }
        }
    }

    // Checked in the model's type: 1e300 in a file of doubles is infinite as a float.
    private readonly struct Check<T>(SafeTensorsFile file, string name, bool isMeanSquare) : IRowWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Do<TFile>(int row, ReadOnlySpan<TFile> values)
            where TFile : unmanaged, IBinaryFloatingPointIeee754<TFile>
        {
            for (var j = 0; j < values.Length; j++)
            {
                var value = T.CreateTruncating(values[j]);
                if (!(isMeanSquare ? value >= T.Zero : T.IsFinite(value)))
                {
                    var wanted = isMeanSquare ? "a number of 0 or above" : $"a finite number that {TypeName<T>()} can hold";
                    throw file.Wrong(name, row, j, wanted, $"{values[j]}");
                }
            }
        }

        private static string TypeName<TNumber>()
            where TNumber : unmanaged => SafeTensors.TypeName<TNumber>();
    }

    private CheckpointException Wrong(string name, int row, int column, string expected, string found)
    {
        var tensor = _tensors[name];
        var offset = _dataStart + tensor.Start + ((((long)row * tensor.Columns) + column) * tensor.Size);
        return new CheckpointException(
            $"{_path}: at byte {offset}, expected {expected} in '{Printable.Cut(name)}', row {row}, column {column}, "
            + $"but found {found}. "
            + "The file is damaged, or of a training that diverged: take an earlier one.");
    }
}
