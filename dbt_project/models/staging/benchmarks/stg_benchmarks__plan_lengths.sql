{{ staged('benchmarks', 'plan_lengths') }}
