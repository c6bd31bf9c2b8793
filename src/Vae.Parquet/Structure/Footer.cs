using System.Buffers.Binary;

namespace Vae.Parquet;

/// <summary>The description of a whole file, which stands at its end: columns, and groups of rows.</summary>
internal sealed class Footer
{
    private const int Tail = 8;                                       // the footer's length, and PAR1
    private const int Head = 4;                                       // PAR1
    private const int MostBytes = 16 << 20;
    private const int MostColumns = 100_000;

    private Footer(IReadOnlyList<(int Chunk, SchemaElement Element)> columns, IReadOnlyList<RowGroup> groups, long end)
        => (Columns, Groups, End) = (columns, groups, end);

    /// <summary>The columns at the top of the schema, each with the number of its chunk in a group of rows. A nested column is
    /// there with <see cref="Meaning.None"/>.</summary>
    public IReadOnlyList<(int Chunk, SchemaElement Element)> Columns { get; }

    /// <summary>The groups of rows.</summary>
    public IReadOnlyList<RowGroup> Groups { get; }

    /// <summary>Where the pages end and the footer begins.</summary>
    public long End { get; }

    /// <summary>Whether bytes are the beginning of a Parquet file.</summary>
    public static bool IsStart(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PAR1"u8);

    /// <summary>Reads a file's footer.</summary>
    /// <exception cref="ParquetTableException">It is no Parquet file.</exception>
    /// <exception cref="InvalidDataException">The footer is damaged.</exception>
    public static Footer Read(SourceFile file)
    {
        Span<byte> head = stackalloc byte[Head];
        Span<byte> tail = stackalloc byte[Tail];
        if (file.Length < Head + Tail)
        {
            throw NotParquet(file, $"a Parquet file has at least {Head + Tail} bytes, but this one {file.Length}");
        }

        file.Read(0, head);
        file.Read(file.Length - Tail, tail);
        if (tail[4..].SequenceEqual("PARE"u8))
        {
            throw file.Refusal("the file is encrypted", "Write it without encryption.");
        }

        if (!IsStart(head) || !tail[4..].SequenceEqual("PAR1"u8))
        {
            throw IsStart(head)
                ? file.Refusal("a Parquet file ends with PAR1, but this one does not: it is cut off")
                : NotParquet(file, "a Parquet file begins and ends with PAR1, but this one does not");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        var most = long.Min(MostBytes, file.Length - Head - Tail);
        if (length > most)
        {
            throw new InvalidDataException($"the footer has at most {most} bytes, but says that it has {length}");
        }

        var bytes = new byte[length];
        var start = file.Length - Tail - length;
        file.Read(start, bytes);
        return Read(bytes, start);
    }

    private static Footer Read(ReadOnlySpan<byte> bytes, long start)
    {
        var thrift = new ThriftReader(bytes);
        IReadOnlyList<(int, SchemaElement)>? columns = null;
        var leaves = 0;
        var groups = new List<RowGroup>();
        for (var id = 0; thrift.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 2:
                    columns = TopOf(ReadSchema(ref thrift, type), out leaves);
                    break;
                case 4:
                    for (var left = thrift.List(type, out var element); left > 0; left--)
                    {
                        ThriftReader.Struct(element);
                        groups.Add(RowGroup.Read(ref thrift));
                    }

                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        if (columns is null || groups.Exists(group => group.Chunks.Count != leaves))
        {
            throw new InvalidDataException("the columns of the schema and those of a group of rows differ in number");
        }

        return new Footer(columns, groups, start);
    }

    private static List<SchemaElement> ReadSchema(ref ThriftReader thrift, ThriftType type)
    {
        var schema = new List<SchemaElement>();
        for (var left = thrift.List(type, out var element); left > 0; left--)
        {
            ThriftReader.Struct(element);
            schema.Add(SchemaElement.Read(ref thrift));
            if (schema.Count > MostColumns)
            {
                throw new InvalidDataException($"at most {MostColumns} columns are wanted, but there are more");
            }
        }

        return schema;
    }

    // The schema is a tree, written with each element before its children; its leaves are the chunks.
    private static List<(int, SchemaElement)> TopOf(List<SchemaElement> schema, out int leaves)
    {
        var top = new List<(int, SchemaElement)>();
        leaves = 0;
        var open = schema.Count > 0 ? schema[0].Children : 0;
        for (var (at, inside) = (1, 0L); at < schema.Count; at++)
        {
            var element = schema[at];
            if (inside == 0)
            {
                top.Add((leaves, element));
                inside = 1;
            }

            inside += element.Children - 1;
            leaves += element.Type is null ? 0 : 1;
            if (element.Children < 0 || (element.Type is null) == (element.Children == 0))
            {
                throw new InvalidDataException($"the schema's element '{element.Name}' is neither a column nor a group");
            }
        }

        return top.Count == open
            ? top : throw new InvalidDataException($"{open} columns are announced, but there are {top.Count}");
    }

    private static ParquetTableException NotParquet(SourceFile file, string problem)
        => file.Refusal(problem, "Give a Parquet file, or read it as what it is, such as CSV.");
}
