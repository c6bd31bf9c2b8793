using System.Numerics;

namespace Vae.Model;

/// <summary>Where a training saves itself.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface ICheckpoint<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Saves the training as it stands: after an epoch, or when it was cancelled in the middle of one.</summary>
    /// <param name="trainer">The training.</param>
    /// <param name="finished">The metrics of the epoch that was just finished; null in the middle of one.</param>
    void Save(Trainer<T> trainer, EpochMetrics? finished);
}
