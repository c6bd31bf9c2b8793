using System.Text;

namespace Vae.Faults.Tests;

/// <summary>Writes a structure in Thrift's compact protocol, as a Parquet file's description is written.</summary>
internal sealed class ThriftBytes
{
    private readonly List<byte> _bytes = [];
    private int _last;

    /// <summary>The structure.</summary>
    public byte[] End() => [.. _bytes, 0];

    /// <summary>A whole number.</summary>
    public ThriftBytes Int(int id, long value)
    {
        Head(id, 6);
        Number((ulong)((value << 1) ^ (value >> 63)));
        return this;
    }

    /// <summary>A text.</summary>
    public ThriftBytes Text(int id, string value)
    {
        Head(id, 8);
        Number((ulong)value.Length);
        _bytes.AddRange(Encoding.ASCII.GetBytes(value));
        return this;
    }

    /// <summary>A structure.</summary>
    public ThriftBytes Struct(int id, byte[] value)
    {
        Head(id, 12);
        _bytes.AddRange(value);
        return this;
    }

    /// <summary>A list of one text.</summary>
    public ThriftBytes Texts(int id, string value)
    {
        Head(id, 9);
        _bytes.Add(0x18);
        Number((ulong)value.Length);
        _bytes.AddRange(Encoding.ASCII.GetBytes(value));
        return this;
    }

    /// <summary>A list of one whole number.</summary>
    public ThriftBytes Ints(int id, int value)
    {
        Head(id, 9);
        _bytes.Add(0x15);
        Number((ulong)(value << 1));
        return this;
    }

    /// <summary>A list of structures, with their true number or a false one.</summary>
    public ThriftBytes List(int id, IReadOnlyCollection<byte[]> values, long? count = null)
    {
        Head(id, 9);
        _bytes.Add(0xFC);
        Number((ulong)(count ?? values.Count));
        _bytes.AddRange(values.SelectMany(value => value));
        return this;
    }

    private void Head(int id, int type)
    {
        _bytes.Add((byte)(((id - _last) << 4) | type));
        _last = id;
    }

    private void Number(ulong value)
    {
        for (; value >= 128; value >>= 7)
        {
            _bytes.Add((byte)(value | 128));
        }

        _bytes.Add((byte)value);
    }
}
