namespace Vae.Formats;

/// <summary>The type of a tensor's elements, with the numbers of ONNX's <c>TensorProto.DataType</c>.</summary>
internal enum OnnxType
{
    /// <summary><see cref="float"/>.</summary>
    Float = 1,

    /// <summary><see cref="long"/>.</summary>
    Int64 = 7,

    /// <summary><see cref="double"/>.</summary>
    Double = 11,
}
