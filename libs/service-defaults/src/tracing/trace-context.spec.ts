import { describe, expect, it } from 'vitest'
import { readTraceContext, TRACE_HEADER_LIMIT } from './trace-context.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'
const traceparent = `00-${TRACE}-${PARENT}-01`

describe('a traceparent', () => {
  it.each([
    ['sampled', traceparent],
    ['not sampled', `00-${TRACE}-${PARENT}-00`],
    ['with a random trace-id', `00-${TRACE}-${PARENT}-03`],
  ])('is taken as it is: %s', (_, header) => {
    expect(readTraceContext(header)).toEqual({ traceparent: header })
  })

  it.each([
    ['a later version', `cc-${TRACE}-${PARENT}-01`],
    ['a later version with more fields', `cc-${TRACE}-${PARENT}-01-what-the-future-holds`],
    ['flags that are not known', `00-${TRACE}-${PARENT}-fd`],
  ])('is taken for what is known of it: %s', (_, header) => {
    expect(readTraceContext(header)).toEqual({ traceparent })
  })

  it.each([
    ['that is missing', undefined],
    ['that is empty', ''],
    ['of version ff', `ff-${TRACE}-${PARENT}-01`],
    ['of version 00 with more fields', `${traceparent}-more`],
    ['of version 00 that ends with a dash', `${traceparent}-`],
    ['of a later version with something else than a field after it', `cc-${TRACE}-${PARENT}-01.x`],
    ['whose trace-id is zero', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['whose parent-id is zero', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['in upper case', traceparent.toUpperCase()],
    ['that is no hexadecimal number', traceparent.replace('a', 'g')],
    ['whose trace-id is short', traceparent.replace(TRACE, TRACE.slice(1))],
    ['without flags', traceparent.slice(0, -3)],
    ['with flags of one digit', traceparent.slice(0, -1)],
    ['with a space before it', ` ${traceparent}`],
    ['that came twice, as Node joins it', `${traceparent}, ${traceparent}`],
    ['that came twice', [traceparent, traceparent]],
    ['of endless length', `cc-${TRACE}-${PARENT}-01-${'x'.repeat(TRACE_HEADER_LIMIT)}`],
  ])('counts as none: one %s', (_, header) => {
    expect(readTraceContext(header, 'vendor=opaque')).toBeUndefined()
  })

  it('may be almost zero', () => {
    const least = `00-${'1'.padStart(32, '0')}-${'1'.padStart(16, '0')}-00`
    expect(readTraceContext(least)).toEqual({ traceparent: least })
  })
})

describe('a tracestate', () => {
  const members = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=v`)
  const long = (length: number) =>
    `a=${'x'.repeat(250)},b=${'x'.repeat(250)},c=${'x'.repeat(length - 508)}`

  it.each([
    ['one member', 'vendor=opaque'],
    ['several, with spaces between', 'rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE'],
    ['a tenant of a system', 'fw529a3039@dt=FfAAAAAAAAAB'],
    ['a member that is empty', 'a=1,,b=2'],
    ['as many members as there may be', members(32).join(',')],
    ['as many characters as there may be', long(TRACE_HEADER_LIMIT)],
  ])('is passed on as it is: %s', (_, tracestate) => {
    expect(readTraceContext(traceparent, tracestate)).toEqual({ traceparent, tracestate })
  })

  it('that came in two headers is one', () => {
    expect(readTraceContext(traceparent, ['a=1', 'b=2'])).toEqual({
      traceparent,
      tracestate: 'a=1,b=2',
    })
  })

  it.each([
    ['nothing', ''],
    ['only commas', ' , ,'],
    ['a key in upper case', 'Vendor=1'],
    ['a member without a value', 'vendor='],
    ['a value with two signs', 'vendor=a=b'],
    ['a character beyond ASCII', 'vendor=ä'],
    ['one member too many', members(33).join(',')],
    ['one character too many', long(TRACE_HEADER_LIMIT + 1)],
  ])('that is wrong is left out, and the traceparent stays: %s', (_, tracestate) => {
    expect(readTraceContext(traceparent, tracestate)).toEqual({ traceparent })
  })
})
