from expectations.suites import write_suites

for path in write_suites():
    print(path.name)
