using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>A schema as JSON. What has its default value is left out, and a property that is not known is refused.</summary>
internal static class SchemaJson
{
    private const int Format = 1;

    private static readonly Dictionary<string, ColumnKind> Kinds
        = Enum.GetValues<ColumnKind>().ToDictionary(kind => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()));

    private static readonly Dictionary<string, Scaling> Scalings
        = Enum.GetValues<Scaling>().ToDictionary(scaling => JsonNamingPolicy.SnakeCaseLower.ConvertName(scaling.ToString()));

    private static readonly string[] Properties = ["format", "scaling", "columns"];

    private static readonly string[] ColumnProperties =
    [
        "name", "kind", "levels", "pooled_levels", "least", "largest", "decimals", "width", "date_format", "missing",
        "modelled_as", "offset", "scale",
    ];

    /// <summary>Writes a schema.</summary>
    public static void Write(Utf8JsonWriter writer, TableSchema schema)
    {
        writer.WriteStartObject();
        writer.WriteNumber("format", Format);
        writer.WriteString("scaling", JsonNamingPolicy.SnakeCaseLower.ConvertName(schema.Scaling.ToString()));
        writer.WriteStartArray("columns");
        foreach (var column in schema.Columns)
        {
            Write(writer, column);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Reads a schema.</summary>
    /// <exception cref="JsonException">A property is unknown, missing or of another type.</exception>
    public static TableSchema Read(JsonNode? node)
    {
        var schema = Object(node, "the schema", Properties);
        var format = Number(schema, "format", "the schema") is var number && double.IsNaN(number) ? Format : number;
        return format != Format
            ? throw new JsonException(Invariant($"expected format {Format}, but found {format}"))
            : new TableSchema([.. List(schema, "columns", "the schema").Select(ReadColumn)])
            {
                Scaling = OneOf(schema, "scaling", "the schema", Scalings, Scaling.None),
            };
    }

    private static void Write(Utf8JsonWriter writer, ColumnSchema column)
    {
        writer.WriteStartObject();
        writer.WriteString("name", column.Name);
        writer.WriteString("kind", JsonNamingPolicy.SnakeCaseLower.ConvertName(column.Kind.ToString()));
        WriteLevels(writer, "levels", column.Levels, column.LevelCounts);
        WriteLevels(writer, "pooled_levels", column.PooledLevels, column.PooledCounts);
        WriteNumber(writer, "least", column.Least, double.NaN);
        WriteNumber(writer, "largest", column.Largest, double.NaN);
        WriteNumber(writer, "decimals", column.Decimals, 0);
        WriteNumber(writer, "width", column.Width, 0);
        if (column.DateFormat is { } pattern)
        {
            writer.WriteString("date_format", pattern);
        }

        if (column.Missing.Count > 0)
        {
            WriteTexts(writer, "missing", column.Missing);
        }

        if (column.ModelledAs is { } kind)
        {
            writer.WriteString("modelled_as", JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()));
        }

        WriteNumber(writer, "offset", column.Offset, 0);
        WriteNumber(writer, "scale", column.Scale, 1);
        writer.WriteEndObject();
    }

    // The rows beside each level, so that a person who changes the order moves both.
    private static void WriteLevels(Utf8JsonWriter writer, string property, IReadOnlyList<string> levels,
        IReadOnlyList<long> counts)
    {
        if (levels.Count == 0)
        {
            return;
        }

        if (counts.Count == 0)
        {
            WriteTexts(writer, property, levels);
            return;
        }

        writer.WriteStartObject(property);
        for (var i = 0; i < levels.Count; i++)
        {
            writer.WriteNumber(levels[i], counts[i]);
        }

        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string property, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(property);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string property, double number, double usual)
    {
        if (!number.Equals(usual))
        {
            writer.WriteNumber(property, number);
        }
    }

    private static ColumnSchema ReadColumn(JsonNode? node, int place)
    {
        var where = Invariant($"column {place + 1}");
        var column = Object(node, where, ColumnProperties);
        var name = Text(column, "name", where) ?? throw new JsonException($"{where} has no name");
        where = $"column '{Printable.Cut(name)}'";
        var kind = OneOf(column, "kind", where, Kinds, null);
        var (levels, counts) = Levels(column, "levels", where);
        var (pooled, pooledCounts) = Levels(column, "pooled_levels", where);
        // a person may have changed the kind
        var hasLevels = kind is ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal;
        var hasPooled = kind == ColumnKind.Category;
        return new ColumnSchema(name, kind)
        {
            Levels = hasLevels ? levels : [],
            LevelCounts = hasLevels ? counts : [],
            PooledLevels = hasPooled ? pooled : [],
            PooledCounts = hasPooled ? pooledCounts : [],
            Least = Number(column, "least", where),
            Largest = Number(column, "largest", where),
            Decimals = Whole(column, "decimals", where),
            Width = Whole(column, "width", where),
            DateFormat = Text(column, "date_format", where),
            Missing = [.. List(column, "missing", where, isRequired: false).Select(text => TextOf(text, $"{where}, missing"))],
            ModelledAs = kind != ColumnKind.Count || column["modelled_as"] is null ? null
                : OneOf(column, "modelled_as", where, Kinds, null),
            Offset = Number(column, "offset", where) is var offset && double.IsNaN(offset) ? 0 : offset,
            Scale = Number(column, "scale", where) is var scale && double.IsNaN(scale) ? 1 : scale,
        };
    }

    private static JsonObject Object(JsonNode? node, string where, string[] known)
    {
        var found = node as JsonObject ?? throw new JsonException($"{where} must be an object in braces");
        var unknown = found.Select(pair => pair.Key).FirstOrDefault(name => !known.Contains(name));
        return unknown is null ? found
            : throw new JsonException(
                $"{where} has an unknown property '{Printable.Cut(unknown)}'; known are {string.Join(", ", known)}");
    }

    private static (string[] Levels, long[] Counts) Levels(JsonObject column, string property, string where)
        => column[property] switch
        {
            null => ([], []),
            JsonArray list => ([.. list.Select(text => TextOf(text, $"{where}, {property}"))], []),
            JsonObject counts =>
            (
                [.. counts.Select(pair => pair.Key)],
                [.. counts.Select(pair => Count(pair.Value, $"{where}, {property}, '{Printable.Cut(pair.Key)}'"))]
            ),
            _ => throw new JsonException(
                $"{where}, {property}: expected levels with their rows, such as {{\"low\": 3, \"high\": 5}}"),
        };

    private static long Count(JsonNode? node, string where)
        => node is JsonValue value && value.TryGetValue(out long count) ? count
            : throw new JsonException($"{where}: expected a whole number of rows");

    private static IEnumerable<JsonNode?> List(JsonObject parent, string property, string where, bool isRequired = true)
        => parent[property] as JsonArray
            ?? (parent[property] is null && !isRequired ? []
                : throw new JsonException($"{where}, {property}: expected a list in brackets"));

    private static double Number(JsonObject parent, string property, string where)
        => parent[property] is not { } node ? double.NaN
            : node is JsonValue value && value.TryGetValue(out double number) ? number
            : throw new JsonException($"{where}, {property}: expected a number");

    private static int Whole(JsonObject parent, string property, string where)
        => parent[property] is not { } node ? 0
            : node is JsonValue value && value.TryGetValue(out int number) ? number
            : throw new JsonException($"{where}, {property}: expected a whole number");

    private static string? Text(JsonObject parent, string property, string where)
        => parent[property] is { } node ? TextOf(node, $"{where}, {property}") : null;

    private static string TextOf(JsonNode? node, string where)
        => node is JsonValue value && value.TryGetValue(out string? text) ? text
            : throw new JsonException($"{where}: expected a text in quotes");

    private static T OneOf<T>(JsonObject parent, string property, string where, Dictionary<string, T> values, T? usual)
        where T : struct
        => Text(parent, property, where) is not { } text
            ? usual ?? throw new JsonException($"{where} has no {property}; known are {string.Join(", ", values.Keys)}")
            : values.TryGetValue(text.Replace('-', '_').ToLowerInvariant(), out var value) ? value
            : throw new JsonException(
                $"{where}, {property}: expected one of {string.Join(", ", values.Keys)}, but found '{Printable.Cut(text)}'");
}

/// <summary>Reads and writes the schema within other JSON.</summary>
internal sealed class SchemaConverter : JsonConverter<TableSchema>
{
    /// <inheritdoc/>
    public override TableSchema Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => SchemaJson.Read(JsonNode.Parse(ref reader));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TableSchema value, JsonSerializerOptions options)
        => SchemaJson.Write(writer, value);
}
