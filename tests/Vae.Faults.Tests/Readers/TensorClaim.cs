using System.Globalization;
using System.Text.Json;

namespace Vae.Faults.Tests;

/// <summary>A header's entry for a tensor, true or not.</summary>
internal sealed record TensorClaim(string Name, string Type, IReadOnlyList<long> Shape, long Start, long End)
{
    public static TensorClaim Of(JsonProperty property) => new(
        property.Name, property.Value.GetProperty("dtype").GetString()!, Numbers(property.Value.GetProperty("shape")),
        property.Value.GetProperty("data_offsets")[0].GetInt64(), property.Value.GetProperty("data_offsets")[1].GetInt64());

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{{JsonSerializer.Serialize(Name)}}:{"dtype":{{JsonSerializer.Serialize(Type)}}"""
            + $$""","shape":[{{string.Join(',', Shape)}}],"data_offsets":[{{Start}},{{End}}]}""");

    private static long[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt64())];
}
