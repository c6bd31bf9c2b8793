using System.Text;
using Google.Protobuf;

namespace Vae.Formats;

/// <summary>A protobuf message: fields by their numbers, kept until their total length is known, because a nested message is
/// written after its length.</summary>
/// <remarks>Source: https://protobuf.dev/programming-guides/encoding/. Google.Protobuf's <see cref="CodedOutputStream"/> does
/// the encoding.</remarks>
internal sealed class ProtobufMessage
{
    private readonly List<Action<CodedOutputStream>> _fields = [];

    /// <summary>The number of bytes of all fields.</summary>
    public long Length { get; private set; }

    /// <summary>Adds a field with a whole number.</summary>
    public ProtobufMessage Add(int field, long value)
        => Add(field, WireFormat.WireType.Varint, CodedOutputStream.ComputeInt64Size(value), output => output.WriteInt64(value));

    /// <summary>Adds a field with a floating-point number.</summary>
    public ProtobufMessage Add(int field, float value)
        => Add(field, WireFormat.WireType.Fixed32, CodedOutputStream.ComputeFloatSize(value), output => output.WriteFloat(value));

    /// <summary>Adds a field with a text.</summary>
    public ProtobufMessage Add(int field, string text)
        => AddDelimited(field, Encoding.UTF8.GetByteCount(text), output => output.WriteString(text));

    /// <summary>Adds a field with a message, which must be complete.</summary>
    public ProtobufMessage Add(int field, ProtobufMessage message)
        => AddDelimited(field, message.Length, output =>
        {
            output.WriteLength((int)message.Length);
            message.WriteTo(output);
        });

    /// <summary>Adds a field with bytes, which are requested when they are written and not kept.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="bytes">Gives the bytes.</param>
    public ProtobufMessage Add(int field, long length, Func<byte[]> bytes)
        => AddDelimited(field, length, output => output.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes())));

    /// <summary>Writes the fields in the order in which they were added.</summary>
    public void WriteTo(CodedOutputStream output)
    {
        foreach (var write in _fields)
        {
            write(output);
        }
    }

    // The format has no number for a length of 2 GB or more; OnnxModel refuses such a file before it is written.
    private ProtobufMessage AddDelimited(int field, long length, Action<CodedOutputStream> write)
    {
        var prefix = CodedOutputStream.ComputeLengthSize((int)long.Min(length, int.MaxValue));
        return Add(field, WireFormat.WireType.LengthDelimited, prefix + length, write);
    }

    private ProtobufMessage Add(int field, WireFormat.WireType type, long length, Action<CodedOutputStream> write)
    {
        Length += CodedOutputStream.ComputeTagSize(field) + length;
        _fields.Add(output =>
        {
            output.WriteTag(field, type);
            write(output);
        });
        return this;
    }
}
