using System.Numerics;
using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.Win32.SafeHandles;
using Vae.Math;

namespace Vae.Model;

/// <summary>An open safetensors file; its numbers are read tensor by tensor.</summary>
/// <remarks>The file stays open until this is disposed of, so all reads see one file, even if a save replaces the file of
/// that name meanwhile. One thread at a time, but for <see cref="Read(SafeTensor, long, Span{byte})"/>.</remarks>
internal sealed class SafeTensorsFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly SafeFileHandle _handle;
    private readonly Dictionary<string, SafeTensor> _tensors;
    private readonly string _path;

    internal SafeTensorsFile(string path, FileStream stream, ReadOnlySpan<byte> header, long headerStart)
    {
        _path = path;
        _stream = stream;
        _handle = stream.SafeFileHandle;
        var dataLength = stream.Length - headerStart - header.Length;
        (_tensors, var metadata) = SafeTensorsHeader.Parse(path, header, headerStart, dataLength);
        Metadata = metadata;
    }

    /// <summary>The names of the tensors.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>The texts in the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads one tensor into a matrix of its shape, converting its type where necessary.</summary>
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
        var (wanted, found) = (options.WeightCount * copies, 
            _tensors.Values.Where(tensor => tensor.Type.IsReal).Sum(tensor => tensor.Count));
        if (wanted > found)
        {
            throw new CheckpointException(
                $"{_path}: wanted the {wanted} numbers of a model of {Printable.Cut(options.Architecture)}, "
                + $"but the file holds {found}. It is another model's, or damaged.");
        }
    }

    /// <summary>The shape of a tensor of a model, with one column for a vector; null where there is no tensor of that
    /// name.</summary>
    /// <exception cref="CheckpointException">The tensor can be no part of a model.</exception>
    internal (int Rows, int Columns)? ShapeOf(string name)
        => !_tensors.TryGetValue(name, out var tensor)
            ? null
            : Real(name, tensor).MatrixShape
                ?? throw new CheckpointException(
                    $"{_path}: '{Printable.Cut(name)}' must be a vector or a matrix, but is {tensor.ShapeText}.");

    /// <summary>The type, shape and place of a tensor; null where there is no tensor of that name.</summary>
    internal SafeTensor? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Reads bytes of a tensor; any number of threads may do so at once.</summary>
    /// <param name="tensor">A tensor of this file.</param>
    /// <param name="offset">The first byte, counted from the tensor's first.</param>
    /// <param name="bytes">Overwritten.</param>
    /// <exception cref="CheckpointException">The file was shortened since it was opened.</exception>
    internal void Read(SafeTensor tensor, long offset, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, tensor.Length - bytes.Length);
        var place = tensor.Position + offset;
        while (!bytes.IsEmpty)                                        // the system may give less than is asked for
        {
            var read = RandomAccess.Read(_handle, bytes, place);
            if (read == 0)
            {
                throw new CheckpointException(
                    $"{_path}: the file ends at byte {place}, but did not when it was opened. Put the whole file back.");
            }

            bytes = bytes[read..];
            place += read;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private SafeTensor Find<T>(string name, Matrix<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!_tensors.TryGetValue(name, out var tensor))
        {
            throw new CheckpointException($"{_path}: wanted a tensor '{Printable.Cut(name)}', but there is none.");
        }

        return Real(name, tensor).MatrixShape == (values.RowCount, values.ColumnCount)
            ? tensor
            : throw new CheckpointException(
                $"{_path}: '{Printable.Cut(name)}' must be {values.RowCount} x {values.ColumnCount}, but is {tensor.ShapeText}.");
    }

    private SafeTensor Real(string name, SafeTensor tensor) => tensor.Type.IsReal
        ? tensor
        : throw new CheckpointException(
            $"{_path}: '{Printable.Cut(name)}' must have dtype F32, F64, F16 or BF16, but has {tensor.Type.Name}. "
            + "Convert it to F32 and save it again: tensor.float() in PyTorch, astype(numpy.float32) in numpy.");

    private void ForEachRow<TWork>(string name, TWork work)
        where TWork : IRowWork
    {
        var tensor = _tensors[name];
        _stream.Position = tensor.Position;
        try
        {
            if (tensor.Type == SafeTensorType.F32)
            {
                ForEachRow<TWork, float>(tensor, work);
            }
            else if (tensor.Type == SafeTensorType.F64)
            {
                ForEachRow<TWork, double>(tensor, work);
            }
            else if (tensor.Type == SafeTensorType.F16)
            {
                ForEachRow<TWork, Half>(tensor, work);
            }
            else
            {
                ForEachShortRow(tensor, work);
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
        var (rows, columns) = tensor.MatrixShape!.Value;
        var row = new TFile[columns];
        for (var i = 0; i < rows; i++)
        {
            _stream.ReadExactly(MemoryMarshal.AsBytes(row.AsSpan()));
            work.Do<TFile>(i, row);
        }
    }

    // BF16: .NET 10 has no type for it.
    private void ForEachShortRow<TWork>(SafeTensor tensor, TWork work)
        where TWork : IRowWork
    {
        var (rows, columns) = tensor.MatrixShape!.Value;
        var (upperHalves, row) = (new ushort[columns], new float[columns]);
        for (var i = 0; i < rows; i++)
        {
            _stream.ReadExactly(MemoryMarshal.AsBytes(upperHalves.AsSpan()));
            for (var j = 0; j < row.Length; j++)
            {
                row[j] = BitConverter.UInt32BitsToSingle((uint)upperHalves[j] << 16);
            }

            work.Do<float>(i, row);
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
                    var wanted = isMeanSquare
                        ? "a number of 0 or above"
                        : $"a finite number that {SafeTensorType.Of<T>().Name} can hold";
                    throw file.Wrong(name, row, j, wanted, $"{values[j]}");
                }
            }
        }
    }

    private CheckpointException Wrong(string name, int row, int column, string expected, string found)
    {
        var tensor = _tensors[name];
        var (columns, size) = (tensor.MatrixShape!.Value.Columns, tensor.Type.Bits / 8);
        var offset = tensor.Position + ((((long)row * columns) + column) * size);
        return new CheckpointException(
            $"{_path}: at byte {offset}, expected {expected} in '{Printable.Cut(name)}', row {row}, column {column}, "
            + $"but found {found}. "
            + "The file is damaged, or of a training that diverged: take an earlier one.");
    }
}
