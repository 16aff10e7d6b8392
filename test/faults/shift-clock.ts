/** Preloaded with `--import`: the system clock as this process sees it is `CLOCK_SHIFT_MS` off. */
const shiftMs = Number(process.env.CLOCK_SHIFT_MS);
const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(...values: unknown[]) {
    super(...((values.length === 0 ? [RealDate.now() + shiftMs] : values) as [number]));
  }
  static override now(): number {
    return RealDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
