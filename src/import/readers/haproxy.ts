import { written } from '../origin.ts'
import type { TextReader } from '../reader.ts'

/** Reads the timeouts of an HAProxy before the apiserver. */
export const haproxyReader: TextReader = {
  reads: 'haproxy.cfg: time-outs of a load balancer before the apiserver',
  recognizes: ({ text }) => /^\s*(frontend|listen)\s+\S/m.test(text) && /^\s*timeout\s+\w+/m.test(text),
  read(text, evidence) {
    if (!/6443|kube|api/i.test(text.text)) return false
    for (const { index, 1: name, 2: duration } of text.text.matchAll(/^[ \t]*timeout[ \t]+(\S+)[ \t]+(\d+\w*)/gm)) {
      const unit = /\d$/.test(duration) ? 'ms' : ''
      const at = { file: text.file, line: text.positionOf(index).line }
      if (['client', 'server', 'tunnel', 'connect'].includes(name))
        evidence.timeouts.push(written([name, `${duration}${unit}`], at))
    }
    return true
  },
}
