namespace Vae.Model.Tests;

/// <summary>A theory that needs PyTorch, skipped where no Python has it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PyTorchTheoryAttribute : TheoryAttribute
{
    public PyTorchTheoryAttribute()
    {
        if (PyTorch.Python is null)
        {
            Skip =
                "Needs a Python with PyTorch and numpy: /usr/bin/python3 (Debian: apt-get install python3-torch), "
                    + $"or another one named by {PyTorch.Variable}.";
        }
    }
}
