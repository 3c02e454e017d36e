{{ staged('benchmarks', 'statistical_neighbours') }}
