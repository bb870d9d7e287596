/** Prints a hash of many values of each function that simulated values rest on. Every engine must print the same. */
import { exactCbrt, exactExponentialQuantile, exactLog, exactNormalQuantile } from '../../src/engine/exact-math.ts'
import { finish32, mix32 } from '../../src/engine/hash.ts'
import { draw32, fraction53, Streams } from '../../src/engine/streams.ts'

const SAMPLES = 200_000
const { hi, lo } = new Streams(7).key('engines/samples')
const view = new DataView(new ArrayBuffer(8))

/** A fraction in [0, 1) with all 53 bits in use. */
const fraction = (i) => fraction53(draw32(hi, lo, 1, 2, i, 0), draw32(lo, hi, 1, 2, i, 0))
/** A positive normal double of any size. */
const anySize = (i) => {
  view.setUint32(0, 0x100000 + (draw32(hi, lo, 3, 4, i, 0) % 0x7fe00000))
  view.setUint32(4, draw32(lo, hi, 3, 4, i, 0))
  return view.getFloat64(0)
}

const functions = {
  'log of any size': (i) => exactLog(anySize(i)),
  'log about 1': (i) => exactLog(0.5 + fraction(i)),
  'cbrt of any size': (i) => exactCbrt(anySize(i)),
  'cbrt about 1': (i) => exactCbrt(0.5 + fraction(i)),
  'normal quantile': (i) => exactNormalQuantile(fraction(i)),
  'normal quantile, far tail': (i) => exactNormalQuantile(fraction(i) / 1e12),
  'exponential quantile': (i) => exactExponentialQuantile(fraction(i)),
  'stream keys': (i) => (i < 20_000 ? new Streams(i).key(`stream/${i}`).hi + new Streams(-i).key('stream').lo : i),
}

for (const [name, f] of Object.entries(functions)) {
  let hash = 0
  for (let i = 0; i < SAMPLES; i++) {
    view.setFloat64(0, f(i))
    hash = mix32(mix32(hash, view.getInt32(0)), view.getInt32(4))
  }
  console.log(`${name}: ${(finish32(hash) >>> 0).toString(16).padStart(8, '0')}`)
}
