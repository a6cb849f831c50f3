const text = { type: 'string', minLength: 1 }

/** JSON Schemas (2020-12) of the tables; `x-foreign-key` and `x-unique` are the product's own words. */
export const schemas = {
  continents: {
    title: 'Continents',
    type: 'object',
    properties: { name: { ...text, 'x-unique': true } },
    required: ['name'],
  },
  currencies: {
    title: 'Currencies (ISO 4217)',
    type: 'object',
    properties: {
      name: text,
      number: { type: 'string', pattern: '^[0-9]{3}$', 'x-unique': true },
      digits: { type: 'integer', minimum: 0, maximum: 4 },
    },
    required: ['name', 'number'],
  },
  countries: {
    title: 'Countries (ISO 3166-1)',
    type: 'object',
    properties: {
      name: { ...text, 'x-unique': true },
      native: text,
      continent: { type: 'string', 'x-foreign-key': 'continents' },
      capital: text,
      currency: { type: 'string', 'x-foreign-key': 'currencies' },
      otherCurrencies: { type: 'array', items: { type: 'string', pattern: '^[A-Z]{3}$' } },
      monetaryUnion: text,
      languages: { type: 'array', items: { type: 'string', pattern: '^[a-z]{2,3}$' } },
      phone: { type: 'array', items: { type: 'integer' } },
      partOf: { type: 'string', 'x-foreign-key': 'countries' },
    },
    required: ['name', 'continent'],
  },
}
