namespace Vae.Formats;

/// <summary>An operator applied to values.</summary>
/// <param name="Operator">Its name in ONNX, such as <c>Gemm</c>.</param>
/// <param name="Inputs">The names of its inputs, in the operator's order.</param>
/// <param name="Outputs">The names of its outputs.</param>
/// <param name="Attributes">Its settings by name, each a <see cref="long"/>, a <see cref="float"/> or an array of
/// <see cref="long"/>.</param>
internal sealed record OnnxNode(
    string Operator,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyList<(string Name, object Value)> Attributes);
