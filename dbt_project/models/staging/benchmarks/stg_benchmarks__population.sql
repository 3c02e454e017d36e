{{ staged('benchmarks', 'population') }}
