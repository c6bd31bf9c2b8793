namespace Vae.Formats;

/// <summary>An ONNX file that was written.</summary>
/// <param name="Path">Where.</param>
/// <param name="Inputs">Its inputs' names and shapes, such as <c>x [batch, 784]</c>.</param>
/// <param name="Outputs">Its outputs' names and shapes.</param>
/// <param name="Length">Its bytes.</param>
public sealed record OnnxFile(string Path, string Inputs, string Outputs, long Length);
