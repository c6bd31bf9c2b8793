using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>Each library is tested where it is installed; where it is not, that the message says so.</summary>
public class CblasProductTests
{
    public static TheoryData<string> Libraries => [.. CblasProduct<float>.LibraryNames];

    [Theory, MemberData(nameof(Libraries))]
    public void A_library_is_exact_on_small_integers_or_the_message_says_what_was_tried(string library)
    {
        using var team = new WorkerTeam(2);
        RequireExactOrMissing<float>(library, team);
        RequireExactOrMissing<double>(library, team);
    }

    [Fact]
    public void A_file_that_is_no_library_is_named_in_the_message()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "not a library");

        Assert.False(CblasProduct<float>.TryLoad(path, null, out var product, out var problem));

        File.Delete(path);
        Assert.Null(product);
        Assert.Equal($"none of these could be loaded: {path}", problem);
    }

    [Fact]
    public void A_missing_file_is_named_as_missing()
    {
        var path = Path.GetFullPath("no-such-library.so");

        Assert.False(CblasProduct<float>.TryLoad("./no-such-library.so", null, out _, out var problem));

        Assert.Equal($"there is no file {path}", problem);
    }

    [Fact]
    public void A_library_without_the_products_says_so()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;                                                   // the C library's name is Linux's
        }

        Assert.False(CblasProduct<float>.TryLoad(LibcPath(), null, out _, out var problem));

        Assert.Contains("has no cblas_sgemm", problem, StringComparison.Ordinal);
    }

    private static string LibcPath()
        => File.ReadLines("/proc/self/maps")
            .Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .First(file => file.Contains("/libc.so", StringComparison.Ordinal)
                || file.Contains("/ld-musl", StringComparison.Ordinal));

    private static void RequireExactOrMissing<T>(string library, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!CblasProduct<T>.TryLoad(library, team, out var product, out var problem))
        {
            Assert.StartsWith("none of these could be loaded: ", problem, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(library, product.Name);
        Assert.Contains("threads: 2", product.Description, StringComparison.Ordinal);
        foreach (var transposed in Enum.GetValues<Transposed>())
        {
            (int Rows, int Inner, int Columns)[] shapes =
                [(1, 1, 1), (3, 5, 2), (17, 9, 33), (48, 65, 20), (1, 20, 7), (7, 20, 1)];
            foreach (var (rows, inner, columns) in shapes)
            {
                RequireExact(product, rows, inner, columns, transposed, add: false);
                RequireExact(product, rows, inner, columns, transposed, add: true);
            }
        }
    }

    // Integers below 8, at most 65 of them: every product and sum is exact, in whatever order a library adds.
    private static void RequireExact<T>(
        CblasProduct<T> product, int rows, int inner, int columns, Transposed transposed, bool add)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var left = transposed.HasFlag(Transposed.Left) ? Integers<T>(inner, rows, 1) : Integers<T>(rows, inner, 1);
        var right = transposed.HasFlag(Transposed.Right) ? Integers<T>(columns, inner, 2) : Integers<T>(inner, columns, 2);
        var expected = Integers<T>(rows, columns, 3);
        var actual = expected.Clone();

        new ReferenceProduct<T>().Multiply(left, right, expected, transposed, add);
        product.Multiply(left, right, actual, transposed, add);

        Assert.Equal(expected, actual);
    }

    private static Matrix<T> Integers<T>(int rows, int columns, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Some.Matrix<T>(rows, columns, seed, -8, 8).Map(T.Round);
}
