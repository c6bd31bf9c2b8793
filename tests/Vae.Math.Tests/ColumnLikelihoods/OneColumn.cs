using System.Numerics;

namespace Vae.Math.Tests;

/// <summary>Families of columns as tests call them: one draw, numbers in double whatever T is.</summary>
internal static class OneColumn
{
    /// <summary>The loss and the gradient of one draw.</summary>
    public static (double Loss, double[] Gradient) LossOf<T>(
        IColumnFamily<T> family, double x, params ReadOnlySpan<double> outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.True(family.Accepts(T.CreateTruncating(x)), $"{x} is refused.");
        var given = Numbers<T>(outputs);
        var (loss, gradient) = (new T[1], new T[outputs.Length]);
        family.Loss(given, [T.CreateTruncating(x)], loss, gradient);
        return (double.CreateTruncating(loss[0]), [.. gradient.Select(double.CreateTruncating)]);
    }

    /// <summary>The values of a family that were drawn for so many entries.</summary>
    public static double[] Drawn(IColumnFamily<double> family, double[] outputs, int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            var random = new EntryDraws(new RandomDraws(20240117, 3, 1), i);
            values[i] = family.Draw(outputs, ref random);
        }

        return values;
    }

    /// <summary>The outputs that the values' own distribution gives.</summary>
    public static double[] Started(IColumnFamily<double> family, params ReadOnlySpan<double> values)
    {
        var outputs = new double[family.Outputs];
        family.Start(values, outputs);
        return outputs;
    }

    /// <summary>The sum of the losses of many values under the same outputs.</summary>
    public static double TotalLoss(IColumnFamily<double> family, double[] values, params ReadOnlySpan<double> outputs)
    {
        var rows = new double[values.Length * outputs.Length];
        for (var o = 0; o < outputs.Length; o++)
        {
            rows.AsSpan(o * values.Length, values.Length).Fill(outputs[o]);
        }

        var losses = new double[values.Length];
        family.Loss(rows, values, losses, []);
        return losses.Sum();
    }

    public static T[] Numbers<T>(ReadOnlySpan<double> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var numbers = new T[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            numbers[i] = T.CreateTruncating(values[i]);
        }

        return numbers;
    }
}
