type Conversion = 'e' | 'f' | 'g' | 'E' | 'F' | 'G'

/** A float as `%e`, `%f` (six digits behind the point, ties to even) or `%g` and `str` (the fewest digits that mean the same float) show it. */
export const showFloat = (value: number, conversion: Conversion): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? '+inf' : '-inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const shown = sign + showMagnitude(Math.abs(value), conversion)
  return conversion === 'E' || conversion === 'G' ? shown.replace('e', 'E') : shown
}

const showMagnitude = (value: number, conversion: Conversion): string => {
  switch (conversion) {
    case 'f':
    case 'F':
      return withPoint(roundScaled(value, 6))
    case 'e':
    case 'E':
      return showScientific(value)
    default:
      return showShortest(value)
  }
}

const showShortest = (value: number): string => {
  const [digits = '0', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 6) return `${digits}e${showExponent(exponent)}`
  const plain = String(value)
  return plain.includes('.') ? plain : `${plain}.0`
}

const showScientific = (value: number): string => {
  if (value === 0) return '0.000000e+00'
  let exponent = Number(value.toExponential().split('e')[1])
  let digits = roundScaled(value, 6 - exponent).toString()
  if (digits.length > 7) {
    exponent += 1
    digits = roundScaled(value, 6 - exponent).toString()
  }
  return `${digits.slice(0, 1)}.${digits.slice(1)}e${showExponent(exponent)}`
}

const showExponent = (exponent: number): string => `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`

const withPoint = (scaled: bigint): string => {
  const digits = scaled.toString().padStart(7, '0')
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`
}

/** `value * 10 ** power`, exactly, rounded to the nearest integer, ties to even. */
const roundScaled = (value: number, power: number): bigint => {
  const { numerator, denominator } = fractionOf(value)
  const top = power >= 0 ? numerator * 10n ** BigInt(power) : numerator
  const bottom = power >= 0 ? denominator : denominator * 10n ** BigInt(-power)
  const whole = top / bottom
  const rest = 2n * (top - whole * bottom)
  return rest > bottom || (rest === bottom && whole % 2n === 1n) ? whole + 1n : whole
}

/** A finite float that is not negative as a fraction of integers. */
const fractionOf = (value: number): { readonly numerator: bigint; readonly denominator: bigint } => {
  let numerator = value
  let shift = 0
  while (!Number.isInteger(numerator)) {
    numerator *= 2
    shift += 1
  }
  return { numerator: BigInt(numerator), denominator: 1n << BigInt(shift) }
}
