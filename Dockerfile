# The suite on the official image of Odoo 19.0, and the SRI simulator on its own.

FROM odoo:19.0 AS odoo
USER root
# xmlsec from the distribution: it shares libxml2 with the image's lxml.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        python3-freezegun python3-openpyxl python3-xmlsec python3-zeep \
    && rm -rf /var/lib/apt/lists/*
COPY addons /opt/o2c/addons
COPY tools /opt/o2c/tools
COPY docker/odoo.sh /opt/o2c/docker/odoo.sh
USER odoo
ENTRYPOINT ["/opt/o2c/docker/odoo.sh"]
CMD ["serve"]

FROM python:3.11-slim-bookworm AS simulator
COPY requirements.txt /opt/o2c/
RUN pip install --no-cache-dir --require-hashes -r /opt/o2c/requirements.txt \
    && install -d -o nobody /state
# the simulator judges with the product's own schemas, and nothing else of it
COPY addons/o2c_sri_einvoice/sri_core /opt/o2c/addons/o2c_sri_einvoice/sri_core
COPY tests/sri_simulator /opt/o2c/tests/sri_simulator
ENV PYTHONPATH=/opt/o2c/tests
USER nobody
ENTRYPOINT ["python", "-m", "sri_simulator"]
CMD ["--host", "0.0.0.0", "--port", "8980", "--state", "/state"]
