using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>A layer under a loss that fits any layer: <c>L = &lt;P, Y&gt;</c>, with P drawn once, so that
/// <c>dL/dY = P</c>.</summary>
internal sealed class LayerStep : IDisposable
{
    private readonly Action<Matrix<double>, Matrix<double>> _forward;
    private readonly Action<Matrix<double>, Matrix<double>, Matrix<double>, Matrix<double>> _backward;
    private readonly Parameter<double> _input;
    private readonly Parameter<double>[] _drawn;                      // those that were 0 and will be again
    private readonly Matrix<double> _output;
    private readonly Matrix<double> _probe;                           // P = dL/dY

    public LayerStep(
        Action<Matrix<double>, Matrix<double>> forward,
        Action<Matrix<double>, Matrix<double>, Matrix<double>, Matrix<double>> backward,
        Matrix<double> input,
        int outputs,
        IReadOnlyList<Parameter<double>> parameters,
        ulong seed)
    {
        (_forward, _backward) = (forward, backward);
        _input = new Parameter<double>("input", input.RowCount, input.ColumnCount);
        input.CopyTo(_input.Value);
        _output = Matrix<double>.Build.Dense(outputs, input.ColumnCount);
        _probe = Matrix<double>.Build.Dense(outputs, input.ColumnCount);
        new RandomDraws(seed, 0, 0).FillNormal(_probe.AsSpan());

        Parameters = [.. parameters, _input];
        _drawn = [.. parameters.Where(parameter => !parameter.Value.AsSpan().ContainsAnyExcept(0))];
        for (var i = 0; i < _drawn.Length; i++)
        {
            new RandomDraws(seed, 1, (ulong)i).FillNormal(_drawn[i].Value.AsSpan());
        }

        // Gradients begin with drawn numbers: with zeros, adding would look like overwriting.
        for (var i = 0; i < Parameters.Count; i++)
        {
            new RandomDraws(seed, 2, (ulong)i).FillNormal(Parameters[i].Gradient.AsSpan());
        }
    }

    /// <summary>The layer's parameters, then its input.</summary>
    public IReadOnlyList<Parameter<double>> Parameters { get; }

    public double Loss()
    {
        _forward(_input.Value, _output);
        var probe = _probe.AsSpan();
        var output = _output.AsSpan();
        var sum = 0.0;
        for (var i = 0; i < probe.Length; i++)
        {
            sum += probe[i] * output[i];                              // L = <P, Y>
        }

        return sum;
    }

    public void Backward()
    {
        _forward(_input.Value, _output);
        _backward(_input.Value, _output, _probe.Clone(), _input.Gradient);
    }

    public void Dispose()
    {
        foreach (var parameter in _drawn)
        {
            parameter.Value.Clear();
        }
    }
}
