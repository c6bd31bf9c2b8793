using System.Numerics;
using System.Runtime.Intrinsics;

namespace Vae.Math.Tests;

public class BytesTests
{
    private static readonly byte[] All = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    [Fact]
    public void Each_byte_gives_the_bits_of_the_division_at_every_width()
    {
        RequireQuotients<float>();
        RequireQuotients<double>();
    }

    // A vector that is only half in use must not read beyond the end, nor write there.
    [Fact]
    public void Every_length_is_converted_and_nothing_beyond_it()
    {
        for (var length = 0; length <= 70; length++)
        {
            var numbers = Enumerable.Repeat(-1f, 70).ToArray();

            Bytes.ToUnit<float>(All.AsSpan(^length..), numbers.AsSpan(0, length));

            Assert.Equal(All[^length..].Select(value => value / 255f), numbers[..length]);
            Assert.All(numbers[length..], number => Assert.Equal(-1, number));
        }
    }

    [Fact]
    public void A_destination_of_another_length_is_named_with_both_lengths()
    {
        var failure = Assert.Throws<ArgumentException>(() => Bytes.ToUnit<float>(new byte[3], new float[4]));

        Assert.Equal("Must have the source's 3 elements, but has 4. (Parameter 'destination')", failure.Message);
    }

    private static void RequireQuotients<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireQuotients<Scalar<T>, T, T>();
        RequireQuotients<Simd128<T>, Vector128<T>, T>();
        RequireQuotients<Simd256<T>, Vector256<T>, T>();
        RequireQuotients<Simd512<T>, Vector512<T>, T>();
    }

    private static void RequireQuotients<TSimd, TVector, T>()
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var numbers = new T[256];

        new Bytes.UnitLoop<T>(All, numbers).Run<TSimd, TVector>(0, 256);

        Assert.Equal(All.Select(value => T.CreateChecked(value) / T.CreateChecked(255)), numbers);
    }
}
