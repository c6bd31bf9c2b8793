using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vae.Model;

/// <summary>All of a table's file but cells and texts.</summary>
/// <param name="Columns">The columns of the cells.</param>
/// <param name="Schema">The schema.</param>
/// <param name="Findings">A finding for each column of the schema.</param>
/// <param name="Source">The name of the source; null for none.</param>
internal sealed record TableDescription(
    IReadOnlyList<StoredColumn> Columns, TableSchema Schema, IReadOnlyList<ColumnFinding> Findings, string? Source)
{
    private const int FewTokens = 1 << 19;
    private const int TokensOfColumn = 64;
    private const int MostInSource = 1 << 13;                         // twice the longest path

    /// <summary>The description as JSON in UTF-8.</summary>
    public byte[] ToJson()
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory))
        {
            writer.WriteStartObject();
            writer.WriteString("source", Source);
            writer.WriteStartArray("columns");
            foreach (var column in Columns)
            {
                column.Write(writer);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("findings");
            foreach (var finding in Findings)
            {
                Write(writer, finding);
            }

            writer.WriteEndArray();
            writer.WritePropertyName("schema");
            SchemaJson.Write(writer, Schema);
            writer.WriteEndObject();
        }

        return memory.ToArray();
    }

    /// <summary>Reads a description.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="json">The JSON.</param>
    /// <param name="columns">The columns of the cells.</param>
    /// <param name="rows">The rows.</param>
    /// <exception cref="CheckpointException">It is none.</exception>
    public static TableDescription Read(string path, ReadOnlySpan<byte> json, int columns, int rows)
    {
        try
        {
            RequireFewTokens(json, FewTokens + ((TokensOfColumn + (4L * rows)) * columns));
            var all = JsonNode.Parse(json, documentOptions: StrictJson.Options)?.AsObject()
                ?? throw new JsonException("found null");
            var schema = SchemaJson.Read(all["schema"]).Validated();
            var findings = List(all, "findings");
            return findings.Count == schema.Columns.Count
                ? new TableDescription(
                    [.. List(all, "columns").Select(StoredColumn.Read)],
                    schema,
                    [.. findings.Select((node, place) => Finding(node, schema.Columns[place]))],
                    Shown((string?)all["source"]))
                : throw new JsonException(
                    $"expected {schema.Columns.Count} findings, but found {findings.Count}");
        }
        catch (Exception failure) when (StrictJson.IsRefusal(failure) || failure is ArgumentException)
        {
            throw new CheckpointException(
                $"{path}: the description is not that of a table: {Printable.Message(failure)} The file is damaged.", failure);
        }
    }

    private static void Write(Utf8JsonWriter writer, ColumnFinding finding)
    {
        writer.WriteStartObject();
        writer.WriteString("why", finding.Why);
        writer.WriteString("note", finding.Note);
        writer.WriteNumber("holes", finding.Holes);
        writer.WriteStartArray("examples");
        foreach (var example in finding.Examples)
        {
            writer.WriteStringValue(example);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static ColumnFinding Finding(JsonNode? node, ColumnSchema column)
    {
        var finding = node?.AsObject() ?? throw new JsonException("a finding is null");
        var holes = (long?)finding["holes"] ?? 0;
        return new ColumnFinding(
            column,
            (string?)finding["why"] ?? "",
            (string?)finding["note"] is { } note ? Printable.Escaped(note) : null,
            holes >= 0 ? holes : throw new JsonException($"expected 'holes' of 0 or above, but found {holes}"),
            [.. List(finding, "examples").Select(example => (string?)example ?? "")]);
    }

    // Before memory is taken for them: a level, which has two, stands in a cell, or in the file of a schema.
    private static void RequireFewTokens(ReadOnlySpan<byte> json, long most)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = StrictJson.MostDepth });
        for (var tokens = 0L; reader.Read(); tokens++)
        {
            if (tokens > most)
            {
                throw new JsonException($"expected at most {most} names and values, but found more");
            }
        }
    }

    // It stands in messages.
    private static string? Shown(string? source) => source is null || source.Length <= MostInSource
        ? source is null ? null : Printable.Escaped(source)
        : throw new JsonException($"expected a source of at most {MostInSource} characters, but found {source.Length}");

    private static JsonArray List(JsonObject parent, string name)
        => parent[name]?.AsArray() ?? throw new JsonException($"expected a list '{name}', but found none");
}

/// <summary>A column of a table's file.</summary>
/// <param name="Name">The name.</param>
/// <param name="Notation">How its numbers are written.</param>
/// <param name="Texts">The number of texts in its list.</param>
internal sealed record StoredColumn(string Name, CellNotation Notation, int Texts)
{
    private const int MostWidth = 38;
    private const int MostInPattern = 64;

    /// <summary>Writes the column.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteNumber("decimals", Notation.Decimals);
        writer.WriteNumber("width", Notation.Width);
        writer.WriteString("date_format", Notation.DateFormat);
        writer.WriteNumber("texts", Texts);
        writer.WriteEndObject();
    }

    /// <summary>Reads a column.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static StoredColumn Read(JsonNode? node)
    {
        var column = node?.AsObject() ?? throw new JsonException("a column is null");
        var notation = new CellNotation(
            Number(column, "decimals", NumberField.MostDecimals),
            Number(column, "width", MostWidth),
            Pattern((string?)column["date_format"]));
        return new StoredColumn(
            (string?)column["name"] ?? throw new JsonException("a column has no name"),
            notation,
            Number(column, "texts", ColumnTexts.MostTexts));
    }

    // A pattern that .NET cannot write with throws FormatException here, and not when a value is shown.
    private static string? Pattern(string? pattern)
        => pattern is null || (pattern.Length is > 0 and <= MostInPattern
            && DateTime.UnixEpoch.ToString(pattern, CultureInfo.InvariantCulture).Length > 0)
            ? pattern
            : throw new JsonException($"expected a pattern of dates of 1 to {MostInPattern} characters");

    private static int Number(JsonObject column, string name, int most)
        => (int?)column[name] is { } number && number >= 0 && number <= most
            ? number
            : throw new JsonException($"expected '{name}' of 0 to {most}, but found {Printable.Cut($"{column[name]}")}");
}
