using System.Buffers.Binary;
using System.IO.Compression;

namespace Vae.Faults.Tests;

/// <summary>
/// Damages a file in one to four places, in ways that suit its form; a pure function of the random numbers it is given.
/// </summary>
internal static class FileMutator
{
    private const int LengthBytes = 8;

    public static byte[] Mutate(Random random, HostileReader reader)
    {
        var bytes = reader.Seeds[random.Next(reader.Seeds.Count)];
        var other = reader.Seeds[random.Next(reader.Seeds.Count)];
        for (var places = 1 + (random.Next(2) * random.Next(4)); places > 0; places--)
        {
            bytes = MutateOnce(random, reader.Form, bytes, other);
        }

        return bytes;
    }

    public static byte[] Gzip(byte[] content, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] MutateOnce(Random random, FileForm form, byte[] bytes, byte[] other) => form switch
    {
        FileForm.Gzip when random.Next(2) == 0 => MutateContent(random, bytes, other),
        FileForm.Json when random.Next(5) > 0 => TextMutator.Mutate(random, bytes),
        FileForm.Csv when random.Next(5) > 0 => CsvMutator.Mutate(random, bytes),
        FileForm.Parquet when random.Next(5) > 1 => MutateFooter(random, bytes, other),
        FileForm.SafeTensors when random.Next(5) > 1 && bytes.Length >= LengthBytes => MutateHeader(random, bytes),
        _ => ByteMutator.Mutate(random, bytes, other),
    };

    // Damages the content and packs it again into a whole archive. A file that is no archive any more is left as it is.
    private static byte[] MutateContent(Random random, byte[] archive, byte[] other)
    {
        try
        {
            return Gzip(ByteMutator.Mutate(random, Unpack(archive), Unpack(other)));
        }
        catch (InvalidDataException)
        {
            return ByteMutator.Mutate(random, archive, other);
        }
    }

    private static byte[] Unpack(byte[] archive)
    {
        using var content = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(archive), CompressionMode.Decompress);
        gzip.CopyTo(content);
        return content.ToArray();
    }

    // The description at the end, with its new length, because the reader looks at nothing else before. Where there is none, or
    // it has become too short, any byte.
    private static byte[] MutateFooter(Random random, byte[] bytes, byte[] other)
    {
        const int Tail = 8;
        var length = bytes.Length > Tail ? BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - Tail)) : -1;
        if (length <= 0 || length > bytes.Length - Tail)
        {
            return ByteMutator.Mutate(random, bytes, other);
        }

        var start = bytes.Length - Tail - length;
        var footer = ByteMutator.Mutate(random, bytes[start..^Tail], other);
        byte[] tail = bytes[^Tail..];
        BinaryPrimitives.WriteInt32LittleEndian(tail, footer.Length);
        return [.. bytes[..start], .. footer, .. tail];
    }

    // Mostly with the header's new length, because a reader refuses a wrong length before it reads anything behind it.
    private static byte[] MutateHeader(Random random, byte[] bytes)
    {
        var length = (int)ulong.Min(BinaryPrimitives.ReadUInt64LittleEndian(bytes), (ulong)(bytes.Length - LengthBytes));
        var header = TextMutator.Mutate(random, bytes[LengthBytes..(LengthBytes + length)]);
        byte[] file = [.. bytes[..LengthBytes], .. header, .. bytes[(LengthBytes + length)..]];
        if (random.Next(10) > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        }

        return file;
    }
}
