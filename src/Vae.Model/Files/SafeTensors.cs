using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// Named matrices in one file of the safetensors format: 8 bytes for the length of a JSON header, the header, the numbers.
/// Matrices stand in row-major order, as PyTorch keeps them; a bias is a vector.
/// </summary>
/// <remarks>Source: the format's description at https://huggingface.co/docs/safetensors.</remarks>
internal static class SafeTensors
{
    /// <summary>The bytes before the header, which say its length.</summary>
    public const int LengthBytes = 8;

    /// <summary>The longest header, bytes; the state of a thousand hidden layers needs half of it.</summary>
    public const int LargestHeader = 1 << 22;

    /// <summary>Writes a file, atomically.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Names and matrices; their order is kept.</param>
    /// <param name="metadata">Texts for the header.</param>
    /// <exception cref="ArgumentException">Names and texts make a longer header than is read again.</exception>
    /// <exception cref="IOException">It cannot be written; an older file is untouched.</exception>
    public static void Write<T>(
        string path, IReadOnlyList<(string Name, Matrix<T> Values)> tensors, IReadOnlyDictionary<string, string> metadata)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Write(path, tensors, metadata, isOfRun: false);

    /// <summary>Writes a file, atomically; one of a run by <see cref="AtomicFile.WriteOfRun"/>.</summary>
    internal static void Write<T>(
        string path,
        IReadOnlyList<(string Name, Matrix<T> Values)> tensors,
        IReadOnlyDictionary<string, string> metadata,
        bool isOfRun)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        var header = Header(tensors, metadata);
        if (isOfRun)
        {
            AtomicFile.WriteOfRun(path, Write);
        }
        else
        {
            AtomicFile.Write(path, Write);
        }

        void Write(Stream stream)
        {
            WriteHeader(stream, header);
            foreach (var (_, values) in tensors)
            {
                WriteRowMajor(stream, values);
            }
        }
    }

    /// <summary>Opens a file and reads its header. Numbers are read later, tensor by tensor.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file's names, shapes and texts; to be disposed of.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="CheckpointException">The file is missing, or is not a whole safetensors file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafeTensorsFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return Read(path, stream);
        }
        catch (Exception failure)
        {
            stream?.Dispose();
            if (failure is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new CheckpointException($"{path}: there is no such file.", failure);
            }

            throw;
        }
    }

    private static SafeTensorsFile Read(string path, FileStream stream)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        var there = stream.ReadAtLeast(prefix, LengthBytes, throwOnEndOfStream: false);
        if (there < LengthBytes)
        {
            throw new CheckpointException(
                $"{path}: at byte 0, a safetensors file begins with {LengthBytes} bytes of length, but this one ends "
                + $"after {there}. The file is damaged, or not a safetensors file.");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var left = (ulong)long.Max(0, stream.Length - LengthBytes);
        if (length > LargestHeader || length > left)
        {
            throw new CheckpointException(
                $"{path}: at byte 0, the header claims {length} bytes, but {left} follow (and {LargestHeader} is the most "
                + "that is read). The file is damaged, or not a safetensors file.");
        }

        var header = new byte[length];
        stream.ReadExactly(header);
        return new SafeTensorsFile(path, stream, header, LengthBytes);
    }

    private static byte[] Header<T>(
        IReadOnlyList<(string Name, Matrix<T> Values)> tensors, IReadOnlyDictionary<string, string> metadata)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var type = SafeTensorType.Of<T>();
        var entries = new List<SafeTensorEntry>(tensors.Count);
        foreach (var (name, values) in tensors)
        {
            // A weight stays a matrix even with one column.
            var isVector = values.ColumnCount == 1 && name.EndsWith("bias", StringComparison.Ordinal);
            entries.Add(new SafeTensorEntry(name, type, isVector ? [values.RowCount] : [values.RowCount, values.ColumnCount]));
        }

        return SafeTensorEntry.Header(entries, metadata, least: 0);
    }

    /// <summary>Writes a header with its length before it.</summary>
    internal static void WriteHeader(Stream stream, ReadOnlySpan<byte> header)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
    }

    private static void WriteRowMajor<T>(Stream stream, Matrix<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var columnMajor = values.AsSpan();
        var row = new T[values.ColumnCount];
        for (var i = 0; i < values.RowCount; i++)
        {
            for (var j = 0; j < row.Length; j++)
            {
                row[j] = columnMajor[(j * values.RowCount) + i];
            }

            stream.Write(MemoryMarshal.AsBytes(row.AsSpan()));
        }
    }
}
