namespace Vae.Formats;

/// <summary>An ONNX file that was written.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Inputs">The names and shapes of its inputs, such as <c>x [batch, 784]</c>.</param>
/// <param name="Outputs">The names and shapes of its outputs.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record OnnxFile(string Path, string Inputs, string Outputs, long Length);
