namespace Vae.Model;

/// <summary>A number's type in a safetensors file.</summary>
/// <param name="Name">Its name in the header, such as F32.</param>
/// <param name="Bits">The bits that one number takes.</param>
internal sealed record SafeTensorType(string Name, int Bits)
{
    /// <summary>Single precision.</summary>
    public static SafeTensorType F32 { get; } = new("F32", 32);

    /// <summary>Double precision.</summary>
    public static SafeTensorType F64 { get; } = new("F64", 64);

    /// <summary>Half precision of IEEE 754: 5 bits of exponent.</summary>
    public static SafeTensorType F16 { get; } = new("F16", 16);

    /// <summary>The upper half of a single-precision number.</summary>
    public static SafeTensorType BF16 { get; } = new("BF16", 16);

    /// <summary>Bytes.</summary>
    public static SafeTensorType U8 { get; } = new("U8", 8);

    /// <summary>Whole numbers of 64 bits with a sign.</summary>
    public static SafeTensorType I64 { get; } = new("I64", 64);

    /// <summary>All types of the format, safetensors 0.7; several numbers of the types below 8 bits share a byte.</summary>
    public static IReadOnlyDictionary<string, SafeTensorType> All { get; } = new[]
    {
        F32, F64, F16, BF16, U8, I64,
        new("BOOL", 8), new("I8", 8), new("I16", 16), new("U16", 16), new("I32", 32), new("U32", 32), new("U64", 64),
        new("F4", 4), new("F6_E2M3", 6), new("F6_E3M2", 6), new("F8_E5M2", 8), new("F8_E4M3", 8), new("F8_E8M0", 8),
        new("F8_E4M3FNUZ", 8), new("F8_E5M2FNUZ", 8), new("C64", 64),
    }.ToDictionary(type => type.Name);

    /// <summary>Whether a model's weights are read from this type, each with its exact value.</summary>
    public bool IsReal => this == F32 || this == F64 || this == F16 || this == BF16;

    /// <summary>The type of a number in memory.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static SafeTensorType Of<T>()
        where T : unmanaged => typeof(T) == typeof(float) ? F32 : F64;
}
