using System.Text;
using Google.Protobuf;

namespace Vae.Formats;

/// <summary>A protobuf message: fields by their numbers, kept until their length is known, since a message inside another one is
/// written behind its length.</summary>
/// <remarks>Source: https://protobuf.dev/programming-guides/encoding/. Google.Protobuf's <see cref="CodedOutputStream"/> does
/// the encoding.</remarks>
internal sealed class ProtobufMessage
{
    private readonly List<Action<CodedOutputStream>> _fields = [];

    /// <summary>The bytes that the fields take.</summary>
    public long Length { get; private set; }

    /// <summary>Adds a whole number.</summary>
    public ProtobufMessage Add(int field, long value)
        => Add(field, WireFormat.WireType.Varint, CodedOutputStream.ComputeInt64Size(value), output => output.WriteInt64(value));

    /// <summary>Adds a number.</summary>
    public ProtobufMessage Add(int field, float value)
        => Add(field, WireFormat.WireType.Fixed32, CodedOutputStream.ComputeFloatSize(value), output => output.WriteFloat(value));

    /// <summary>Adds a text.</summary>
    public ProtobufMessage Add(int field, string text)
        => AddDelimited(field, Encoding.UTF8.GetByteCount(text), output => output.WriteString(text));

    /// <summary>Adds a message, as long as it is now.</summary>
    public ProtobufMessage Add(int field, ProtobufMessage message)
        => AddDelimited(field, message.Length, output =>
        {
            output.WriteLength((int)message.Length);
            message.WriteTo(output);
        });

    /// <summary>Adds bytes, which are asked for when they are written and not kept.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="length">How many there will be.</param>
    /// <param name="bytes">Gives them.</param>
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

    // A length of 2 GB or more has no number in the format; whoever writes the whole file refuses it first.
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
