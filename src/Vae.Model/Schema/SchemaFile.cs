using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>Reads and writes the file of a schema.</summary>
internal static class SchemaFile
{
    private const int MostBytes = 2 << 20;                            // a longer one is too long for a run, too

    /// <summary>Reads a file and checks all of it.</summary>
    /// <exception cref="SchemaException">It is no schema, or a value is invalid.</exception>
    public static TableSchema Read(string path)
    {
        try
        {
            var node = JsonNode.Parse(BoundedFile.ReadAll(path, MostBytes), documentOptions: StrictJson.Options);
            return SchemaJson.Read(node).Validated();
        }
        catch (JsonException failure) when (failure.LineNumber is { } line)
        {
            throw new SchemaException(
                Invariant($"{path}, line {line + 1}: not the JSON of a schema: {Printable.Message(failure)}"), failure);
        }
        catch (Exception failure) when (StrictJson.IsRefusal(failure) || failure is ArgumentException or CheckpointException)
        {
            throw new SchemaException($"{path}: not the schema of a table: {Printable.Message(failure)}", failure);
        }
    }

    /// <summary>Writes a file.</summary>
    public static void Write(string path, TableSchema schema)
    {
        using var memory = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(memory, options))
        {
            SchemaJson.Write(writer, schema);
        }

        if (memory.Length > MostBytes)
        {
            throw new ArgumentException(
                Invariant($"The schema would have {memory.Length} bytes, but at most {MostBytes} are read again. ")
                + "Leave some columns out, or take fewer levels.");
        }

        memory.WriteByte((byte)'\n');
        AtomicFile.Write(path, stream => memory.WriteTo(stream));
    }
}
