using System.Text.Json;
using System.Text.Json.Nodes;
using Vae.Model;

namespace Vae.Formats;

/// <summary>The metadata of a table's model about its columns: kinds, levels, outputs and units.</summary>
internal static class OnnxTableMetadata
{
    /// <summary>The parts of a model that its files leave out.</summary>
    public const string NotIncluded
        = "texts and dates as text (see columns in the metadata), draws, the prior fitted to the training rows, scores and "
            + "imputation by importance weights, rounding and bounds of values, IDs and columns of one value.";

    /// <summary>The columns, and what is not included.</summary>
    public static (string Name, string Text)[] Of(IReadOnlyList<OnnxColumn> columns)
    {
        var list = new JsonArray([.. columns.Select(column => (JsonNode)Of(column))]);
        return [("columns", list.ToJsonString(OnnxExport.Readable)), ("not_included", NotIncluded)];
    }

    private static JsonObject Of(OnnxColumn column)
    {
        var schema = column.Schema;
        var json = new JsonObject
        {
            ["name"] = schema.Name,
            ["kind"] = JsonNamingPolicy.SnakeCaseLower.ConvertName($"{schema.Kind}"),
        };
        if (schema.ModelledAs is { } other)
        {
            json["modelled_as"] = JsonNamingPolicy.SnakeCaseLower.ConvertName($"{other}");
        }

        if (schema.Kind == ColumnKind.Date)
        {
            json["unit"] = "days since 1970-01-01";
        }

        if (schema.Levels.Count > 0)
        {
            json["levels"] = Texts(schema.Levels);
        }

        if (schema.PooledLevels.Count > 0)
        {
            json["last_level_pools"] = Texts(schema.PooledLevels);
        }

        if (column.Atoms.Length > 0)
        {
            json["atoms"] = new JsonArray([.. column.Atoms.Select(atom => (JsonNode)atom)]);
        }

        json["outputs"] = new JsonArray(
        [
            .. column.Parameters.Select(parameter => (JsonNode)new JsonObject
            {
                ["name"] = parameter.Name,
                ["count"] = parameter.Count,
                ["meaning"] = parameter.Meaning,
            }),
        ]);
        return json;
    }

    private static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
